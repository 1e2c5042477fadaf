import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../secrets-error.js';
import { readIdentities } from './identity.js';
import { ageHeaderLength } from './header-length.js';
import { lendFile } from './lend-file.js';

/** The real age, age-keygen and ssh-keygen. */
let folder = '';
const PLAIN = Buffer.from('a dump of the shop\n'.repeat(20_000));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lend-'));
  for (const name of ['ana', 'other']) {
    execFileSync('age-keygen', ['-o', join(folder, name)], { stdio: 'ignore' });
    writeFileSync(join(folder, `${name}.pub`), run('age-keygen', ['-y', join(folder, name)]));
  }
  for (const type of ['ed25519', 'rsa']) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(folder, type)]);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The real age decrypts a file by a key's. */
function open(file: Buffer, key: string): Buffer {
  writeFileSync(join(folder, 'file.age'), file);
  return run('age', ['-d', '-i', join(folder, key), join(folder, 'file.age')]);
}
function run(program: string, args: readonly string[], input?: Buffer): Buffer {
  return execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'] });
}
const identities = async (name: string) =>
  readIdentities(readFileSync(join(folder, name), 'utf8'), name, () => Promise.resolve(undefined));
const encrypted = (...names: readonly string[]): Buffer =>
  run(
    'age',
    names.flatMap((name) => ['-R', join(folder, `${name}.pub`)]),
    PLAIN,
  );

describe('lendFile()', () => {
  it.each(['ana', 'ed25519', 'rsa'])(
    'makes a key that opens the file for the real age: %s',
    async (name) => {
      const file = encrypted('other', name);
      const length = ageHeaderLength(file) ?? 0;
      const lent = await lendFile(file.subarray(0, length), await identities(name));
      expect(ageHeaderLength(Buffer.from(lent?.header ?? ''))).toBe(lent?.header.length);
      writeFileSync(join(folder, 'lent'), lent?.identity.reveal() ?? '');
      const again = Buffer.concat([Buffer.from(lent?.header ?? ''), file.subarray(length)]);
      expect(open(again, 'lent').equals(PLAIN)).toBe(true);
      // The key of the recipient does not open it, nor this key the file itself.
      expect(() => open(again, name)).toThrow(/no identity matched/);
      expect(() => open(file, 'lent')).toThrow(/no identity matched/);
      // The age program checks the new MAC.
      again[30] = (again[30] ?? 0) === 65 ? 66 : 65;
      expect(() => open(again, 'lent')).toThrow();
    },
  );

  it('knows who is no recipient, and what is damaged', async () => {
    const file = encrypted('ana');
    const header = Buffer.from(file.subarray(0, ageHeaderLength(file)));
    expect(await lendFile(header, await identities('other'))).toBeUndefined();
    expect(await lendFile(header, [])).toBeUndefined();
    const mac = header.length - 10;
    header[mac] = header[mac] === 65 ? 66 : 65;
    await expect(lendFile(header, await identities('ana'))).rejects.toThrow(FormatError);
    expect(ageHeaderLength(Buffer.from('age-encryption.org/v1\n-> X25519 abc'))).toBeUndefined();
  });
});
