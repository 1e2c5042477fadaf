import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import { exampleEnvironment, exampleHost } from '../testing/example.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { insecureKeys } from './insecure-keys.js';
import { serverSchema } from './server-schema.js';

const ED25519 =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y vagrant';
const OWN = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV ann';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'insecure-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const server = serverSchema.parse({
  users: { ann: { authorizedKeys: [OWN] }, bob: { authorizedKeys: [OWN, ED25519] }, eve: 'absent' },
  files: {
    '/root/.ssh/authorized_keys': { content: `# ours\n${ED25519}\n` },
    '/etc/motd': { content: OWN },
    '/etc/gone': 'absent',
  },
});

it('insecureKeys() finds them among the keys of users, and in files', () => {
  expect(insecureKeys(server, exampleEnvironment(), [])).toEqual(
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
  expect(insecureKeys(server, exampleEnvironment(), [vms])).toEqual([]);
});

it('insecureKeys() finds them in what a template makes for any host', () => {
  writeFileSync(join(folder, 'keys.ejs'), `<% if (host.name === 'work') { %>${ED25519}<% } %>`);
  writeFileSync(join(folder, 'broken.ejs'), '<%= nothing.there %>');
  const templates = serverSchema.parse({
    files: {
      '/root/.ssh/authorized_keys': { template: 'keys.ejs' },
      '/etc/broken': { template: 'broken.ejs' },
      '/etc/gone': { template: 'gone.ejs' },
    },
  });
  const of = (...names: readonly string[]) => {
    const hosts = names.map((name) => ({ ...exampleHost, name }));
    const environment = exampleEnvironment({ folder, hosts });
    return insecureKeys(templates, environment, []).map(({ path }) => path);
  };
  expect(of('web')).toEqual([]);
  expect(of('web', 'work')).toEqual([['files', '/root/.ssh/authorized_keys', 'template']]);
});
