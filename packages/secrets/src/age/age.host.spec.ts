import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../secrets-error.js';
import { openDataKey, sealDataKey } from './data-key.js';
import { readIdentities } from './identity.js';
import { readRecipient } from './recipient.js';

/** The real keys of ssh-keygen and age-keygen, and the real age. */
let folder = '';
const DATA_KEY = Buffer.from('0123456789abcdef0123456789abcdef');

const KEYS: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519', '-N', ''],
  rsa: ['-t', 'rsa', '-b', '2048', '-N', ''],
  'rsa-4096': ['-t', 'rsa', '-b', '4096', '-N', ''],
  'rsa-pem': ['-t', 'rsa', '-b', '2048', '-N', '', '-m', 'PEM'],
  'rsa-pkcs8': ['-t', 'rsa', '-b', '2048', '-N', '', '-m', 'PKCS8'],
  'ed25519-locked': ['-t', 'ed25519', '-N', 'open sesame', '-a', '4'],
  'rsa-locked': ['-t', 'rsa', '-b', '2048', '-N', 'open sesame', '-a', '4'],
  'ed25519-cbc': ['-t', 'ed25519', '-N', 'open sesame', '-a', '4', '-Z', 'aes256-cbc'],
  'rsa-pem-locked': ['-t', 'rsa', '-b', '2048', '-N', 'open sesame', '-m', 'PEM'],
};
const NAMES = Object.keys(KEYS);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'age-'));
  for (const [name, args] of Object.entries(KEYS)) {
    execFileSync('ssh-keygen', [
      '-q',
      ...args,
      '-C',
      `${name}@example.org`,
      '-f',
      join(folder, name),
    ]);
  }
  execFileSync('age-keygen', ['-o', join(folder, 'age')], { stdio: 'ignore' });
  writeFileSync(join(folder, 'age.pub'), age(['-y', join(folder, 'age')], 'age-keygen'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function age(args: readonly string[], program = 'age', input?: string | Buffer): Buffer {
  return execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'] });
}
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const recipient = (name: string) => readRecipient(text(`${name}.pub`));
const asking = (...answers: readonly string[]) => {
  const left = [...answers];
  return () => Promise.resolve(left.shift());
};
const open = async (armored: string, name: string, ...answers: readonly string[]) =>
  openDataKey(armored, await readIdentities(text(name), name, asking(...answers)));

describe.each(['age', ...NAMES])('a key %s', (name) => {
  it('opens what we encrypt, by itself and among others', async () => {
    const armored = await sealDataKey(DATA_KEY, ['age', ...NAMES].map(recipient));
    expect(await open(armored, name, 'open sesame')).toEqual(new Uint8Array(DATA_KEY));
  });

  it('opens what age encrypts', async () => {
    const armored = age(['-a', '-R', join(folder, `${name}.pub`)], 'age', DATA_KEY).toString();
    const opened = await open(armored, name, 'open sesame');
    expect(opened && Buffer.from(opened)).toEqual(DATA_KEY);
  });

  it('is no recipient of what is for others', async () => {
    const others = ['age', ...NAMES].filter((other) => other !== name).map(recipient);
    expect(await open(await sealDataKey(DATA_KEY, others), name, 'open sesame')).toBeUndefined();
  });
});

describe.each([
  'age',
  ...NAMES.filter((name) => !name.includes('locked') && !name.includes('cbc')),
])('the age command with the key %s', (name) => {
  it('opens what we encrypt', async () => {
    const armored = await sealDataKey(DATA_KEY, [recipient(name), recipient('age')]);
    const opened = age(['--decrypt', '-i', join(folder, name)], 'age', armored);
    expect(opened).toEqual(DATA_KEY);
  });
});

describe('a key with a passphrase', () => {
  it('is asked for three times', async () => {
    const armored = await sealDataKey(DATA_KEY, [recipient('ed25519-locked')]);
    await expect(open(armored, 'ed25519-locked', 'a', 'b', 'c')).rejects.toThrow(
      'passphrase of ed25519-locked is wrong',
    );
    expect(await open(armored, 'ed25519-locked', 'a', 'b', 'open sesame')).toBeDefined();
  });

  it('is not asked for when it is no recipient, and said to be needed when nobody answers', async () => {
    const ask = () => Promise.reject(new Error('asked'));
    const armored = await sealDataKey(DATA_KEY, [recipient('age')]);
    const keys = await readIdentities(text('rsa-locked'), 'rsa-locked', ask);
    expect(await openDataKey(armored, keys)).toBeUndefined();
    const own = await sealDataKey(DATA_KEY, [recipient('rsa-locked')]);
    await expect(open(own, 'rsa-locked')).rejects.toThrow(
      'the passphrase of rsa-locked is not given, and FAIRNESS_AGE_PASSPHRASE does not hold it',
    );
  });
});

describe('readIdentities()', () => {
  it.each([
    ['ecdsa', [], 'it is of the type "ecdsa-sha2-nistp256", which age doesn\'t take'],
    ['ecdsa', ['-m', 'PEM'], "it is of the type EC, which age doesn't take"],
  ])('says that a key of %s %j is of another type', async (type, options, message) => {
    const path = join(folder, `other-${String(options.length)}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', '', '-f', path]);
    const reading = readIdentities(readFileSync(path, 'utf8'), 'it', asking());
    await expect(reading).rejects.toThrow(message);
  });
});

describe('readRecipient()', () => {
  it('takes a public key by the name behind it', () => {
    expect(recipient('ed25519')).toMatchObject({ name: 'ed25519@example.org' });
    expect(recipient('age').name).toMatch(/^age1.*…/);
  });

  it.each([
    ['ecdsa', 'expected age1'],
    ['rsa-1024', 'it has 1024 bits, expected at least 2048'],
  ])('refuses a key of %s', (name, message) => {
    const type = name.startsWith('rsa') ? ['-t', 'rsa', '-b', '1024'] : ['-t', 'ecdsa'];
    execFileSync('ssh-keygen', ['-q', ...type, '-N', '', '-f', join(folder, name)]);
    expect(() => recipient(name)).toThrow(message);
  });

  it('refuses private keys, and says so', () => {
    expect(() => readRecipient(text('ed25519'))).toThrow('it is a private key');
    expect(() => readRecipient(text('age').split('\n').at(-2) ?? '')).toThrow('a private key');
  });
});

describe('openDataKey()', () => {
  it('goes on after a wrong passphrase, asks only when no other key will do, and never twice the same', async () => {
    const armored = await sealDataKey(DATA_KEY, ['ed25519-locked', 'age', 'rsa'].map(recipient));
    let asked = 0;
    const ask = () => {
      asked++;
      return Promise.resolve('wrong');
    };
    const read = (name: string) => readIdentities(text(name), name, ask);
    for (const other of ['age', 'rsa']) {
      const opened = await openDataKey(armored, [
        ...(await read('ed25519-locked')),
        ...(await read(other)),
      ]);
      expect(Buffer.from(opened ?? [])).toEqual(DATA_KEY);
    }
    expect(asked).toBe(0);
    const locked = [...(await read('rsa-locked')), ...(await read('ed25519-locked'))];
    await expect(openDataKey(armored, locked)).rejects.toThrow(
      'the passphrase of ed25519-locked is wrong',
    );
    // The second one told that it is always the same.
    expect(asked).toBe(2);
  });

  it('says of any changed byte of a stanza that the key is damaged', async () => {
    for (const name of ['ed25519', 'rsa']) {
      const armored = await sealDataKey(DATA_KEY, [recipient(name)]);
      const [begin = '', ...lines] = armored.trim().split('\n');
      const bytes = Buffer.from(lines.slice(0, -1).join(''), 'base64');
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (bytes[at] ?? 0) ^ 1;
        const body = changed.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
        const opening = open(`${begin}\n${body}${lines.at(-1) ?? ''}\n`, name);
        const outcome = await opening.catch((error: unknown) => error);
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(FormatError);
      }
    }
  });
});
