import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Endpoint } from './endpoint.js';
import { identities } from './identities.js';

const ENDPOINT: Endpoint = {
  name: 'web',
  host: '10.0.0.1',
  port: 22,
  user: 'root',
  hostKeyName: '10.0.0.1',
  identityFiles: [],
  identitiesNamed: false,
  identitiesOnly: true,
  agent: undefined,
  timeout: 1000,
};

it('identities() leaves out a key file that never ends, and says so', async () => {
  const of = async (files: Partial<Endpoint>) => {
    const { usable, leftOut } = await identities({ ...ENDPOINT, ...files });
    return { usable, leftOut };
  };
  const leftOut = ['/dev/zero: it is not an ordinary file'];
  expect(await of({ identityFile: '/dev/zero' })).toEqual({ usable: [], leftOut });
  expect(await of({ identityFiles: ['/dev/zero'] })).toEqual({ usable: [], leftOut });
});

/** The public half of Vagrant's insecure key is enough: the agent may hold the private one. */
function insecureFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'insecure-'));
  const file = path.join(folder, 'key');
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y';
  writeFileSync(file, `ssh-ed25519 ${key} vagrant\n`);
  return file;
}

it('identities() leaves out the key that everybody has among the user’s own', async () => {
  const file = insecureFile();
  const { leftOut } = await identities({ ...ENDPOINT, identityFiles: [file] });
  expect(leftOut).toEqual([`${file}: it is Vagrant's insecure key, which everybody has`]);
  rmSync(path.dirname(file), { recursive: true });
});
