import { sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { commandLinks } from './command-links.js';

it('commandLinks() makes scripts that shellcheck has nothing to say of', async () => {
  const resource = commandLinks({ name: 'shop', home: "/srv/it's", others: 'leave' });
  expect(resource.address).toBe('commands:shop');
  await checkShell(resource.read);
  await checkShell(resource.plan('')?.apply ?? sh`false`);
  const absent = commandLinks({ name: 'shop', home: "/srv/it's" }, { ensure: 'absent' });
  await checkShell(absent.plan('node')?.apply ?? sh`false`);
});
