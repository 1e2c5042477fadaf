import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretStore, placeOf } from '@fairness-deploy/secrets';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-secrets-'));
  mkdirSync(join(folder, 'environments/sandbox'), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const password = (): string => join(folder, 'environments/vault-password');
const file = (): string => join(folder, 'environments/sandbox/secrets.yaml');
const make = async (): Promise<void> => {
  const { makeSecrets } = await import('./make-secrets.mjs');
  await makeSecrets(folder, 'sandbox');
};
const read = (path: string): string => readFileSync(path, 'utf8');
const names = async (): Promise<readonly string[]> => {
  const world = { env: {}, warn: () => undefined };
  return (await openSecretStore(placeOf(folder, 'sandbox'), { names: {}, password: {} }, world))
    .names;
};

describe('makeSecrets()', () => {
  it('makes what opens, once', async () => {
    await make();
    expect(await names()).toContain('db_password');
    expect(statSync(password()).mode & 0o777).toBe(0o600);
    const before = [read(password()), read(file())];
    await make();
    expect([read(password()), read(file())]).toEqual(before);
  });

  it('makes its own anew when they are half there, or do not belong together', async () => {
    await make();
    rmSync(password());
    await make();
    expect(await names()).toContain('db_password');
    writeFileSync(password(), 'another\n', { mode: 0o600 });
    await make();
    expect(await names()).toContain('db_password');
    expect(read(password())).toBe('another\n');
  });

  it("leaves somebody else's alone, and says so where they can't be opened", async () => {
    writeFileSync(file(), '$ANSIBLE_VAULT;1.1;AES256\n00\n');
    await expect(make()).rejects.toMatchObject({
      hint: expect.stringContaining('write the password there') as unknown,
    });
    writeFileSync(password(), 'theirs\n', { mode: 0o600 });
    await make();
    expect(read(file())).toBe('$ANSIBLE_VAULT;1.1;AES256\n00\n');
    expect(read(password())).toBe('theirs\n');
  });
});
