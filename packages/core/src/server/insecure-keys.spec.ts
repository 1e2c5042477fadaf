import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import { expect, it } from 'vitest';
import { insecureKeys } from './insecure-keys.js';
import { serverSchema } from './server-schema.js';

const ED25519 =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y vagrant';
const OWN = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV ann';

const server = serverSchema.parse({
  users: { ann: { authorizedKeys: [OWN] }, bob: { authorizedKeys: [OWN, ED25519] }, eve: 'absent' },
  files: {
    '/root/.ssh/authorized_keys': { content: `# ours\n${ED25519}\n` },
    '/etc/motd': { content: OWN },
    '/etc/gone': 'absent',
  },
});

it('insecureKeys() finds them among the keys of users, and in files', () => {
  expect(insecureKeys(server, [])).toEqual(
    [
      ['users', 'bob', 'authorizedKeys', 1],
      ['files', '/root/.ssh/authorized_keys', 'content'],
    ].map((path) => ({
      path,
      message: "it has Vagrant's insecure key, which everybody has",
      hint: 'remove it, and authorize a key of your own: ssh-keygen -t ed25519',
    })),
  );
});

it('insecureKeys() allows them on VMs of this machine', () => {
  const vms = definePlugin({ section: 'vms', schema: z.null(), insecureKeys: 'allowed' });
  expect(insecureKeys(server, [vms])).toEqual([]);
});
