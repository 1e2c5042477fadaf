import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

let workspace: CommandWorkspace;
/** A machine without Vagrant: Debian's is in /usr/bin. */
beforeEach(() => {
  workspace = new CommandWorkspace({ PATH: '/nonexistent' });
  workspace.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
});
afterEach(() => {
  workspace.dispose();
});

it.each(['up', 'ping', 'halt', 'tunnel', 'vm-status'])(
  'without Vagrant, %s says what to install, and names the sandbox',
  async (command) => {
    workspace.write('vagrant/Vagrantfile', '');
    const { status, output } = await workspace.run(command, 'dev');
    expect(status).toBe(1);
    expect(output).toContain(
      'Cannot run Vagrant: it is not installed on this machine\n' +
        '  → install it and a provider such as VirtualBox: https://developer.hashicorp.com/vagrant/install\n',
    );
    expect(output).toContain(
      'write "sandbox: {}" in place of "vagrant: {}" in environments/dev/environment.yaml, then npx nx run dev:up',
    );
  },
);

it('without a Vagrantfile, up says where one is', async () => {
  const { output } = await workspace.run('up', 'dev');
  expect(output).toContain(
    `Cannot run Vagrant: there is no ${workspace.folder}/vagrant/Vagrantfile\n  → copy the one`,
  );
  const command = /mkdir -p .*/.exec(output)?.[0] ?? 'false';
  execFileSync('/bin/sh', ['-c', command], { cwd: workspace.folder });
  expect(readFileSync(join(workspace.folder, 'vagrant/Vagrantfile'), 'utf8')).toBe(
    readFileSync(join(__dirname, '../../../../vagrant/Vagrantfile'), 'utf8'),
  );
});

it('a vagrant that is no answer is an error, and ends nothing else', async () => {
  workspace.write('vagrant/Vagrantfile', '');
  workspace.write('bin/vagrant', '#!/bin/sh\necho "out of order" >&2\nexit 3\n');
  chmodSync(join(workspace.folder, 'bin/vagrant'), 0o755);
  const own = new CommandWorkspace({ PATH: join(workspace.folder, 'bin') });
  own.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
  own.write('vagrant/Vagrantfile', '');
  const { status, output } = await own.run('ping', 'dev');
  own.dispose();
  expect(status).toBe(1);
  expect(output).toContain(
    'Cannot reach host "web": Vagrant fails: out of order\n  → see what Vagrant knows: npx nx run dev:vagrant -- status\n',
  );
});
