import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

let workspace: CommandWorkspace;

// There is no Vagrantfile: asking Vagrant fails.
beforeAll(() => {
  workspace = new CommandWorkspace();
  workspace.write(
    'environments/dev/environment.yaml',
    JSON.stringify({ hosts: { web: null }, vagrant: {}, server: { packages: ['tree'] } }),
  );
});
afterAll(async () => {
  await workspace.run('rehearse', 'dev', '--remove');
  workspace.dispose();
});

it(
  'rehearse has disposable hosts in place of VMs, and does not ask Vagrant',
  { timeout: 300_000 },
  async () => {
    const { status, output } = await workspace.run('rehearse', 'dev');
    expect([status, output]).toEqual([0, expect.stringContaining('  - the VMs of Vagrant: ')]);
  },
);
