import { expect, it } from 'vitest';
import { machinesOf, renderVagrantfile } from './vagrantfile.js';

const of = { environment: 'prod', workspace: '/srv/shop' };
const machines = machinesOf(of, [
  { name: 'web', release: 'trixie', memory: 3 * 2 ** 30 },
  { name: "back's host" },
]);

it('machinesOf() gives each host a name, and an address that VirtualBox lets users have', () => {
  expect(machines).toMatchObject([
    { name: 'web.prod.0rehearsal', hostname: 'web', release: 'trixie', memory: 3 * 2 ** 30 },
    {
      hostname: expect.stringMatching(/^back-s-[a-z]*-?[0-9a-f]{8}$/) as string,
      release: 'bookworm',
    },
  ]);
  const [first = '', second = ''] = machines.map(({ privateAddress }) => privateAddress);
  expect(first).toMatch(/^192\.168\.(?:5[789]|6[0-3])\.11$/);
  expect(second).toBe(first.replace(/11$/, '12'));
});

it('renderVagrantfile() describes each machine for each provider', () => {
  const text = renderVagrantfile(machines, undefined);
  expect(text).toContain("config.vm.define 'web.prod.0rehearsal' do |machine|");
  expect(text).toContain("machine.vm.box = 'bento/debian-13'");
  expect(text).toContain("override.vm.box = 'debian/trixie64'");
  expect(text).toContain("machine.vm.box = 'bento/debian-12'");
  expect(text.match(/vm\.memory = 3072/g)).toHaveLength(3);
  expect(text).toContain("vm.vmx['memsize'] = '2048'");
});

it('renderVagrantfile() takes another box for all, as a text that Ruby does not run', () => {
  const text = renderVagrantfile(machines, String.raw`it's #{exit} \ `);
  expect(text.match(/box = 'it\\'s #\{exit\} \\\\ '/g)).toHaveLength(4);
  expect(text).not.toContain('bento');
});
