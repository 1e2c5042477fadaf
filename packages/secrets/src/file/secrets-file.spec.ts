import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIdentities } from '../age/identity.js';
import { readRecipient } from '../age/recipient.js';
import { readSshKeyFile } from '../age/ssh-private-key.js';
import { FormatError } from '../secrets-error.js';
import { fixedKeys } from '../testing/fixed-keys.js';
import type { FormatName, Keys, Lock } from './keys.js';
import { plainOf } from './plain-of.js';
import { setPlain } from './plain-text.js';
import { formatOf, openText, sealText } from './secrets-file.js';

const IDENTITY = 'AGE-SECRET-KEY-1JGVM55VPM8HDRH79JT87FDHD9K5FT9RULFLF0JVVEAXTNAP9QVUS3V95TD';
const RECIPIENT = 'age1xly6uc73nd3j4zu5rrp9ptadgqj7sh4j2fjckhfqtzvweawxnq8sxa4eth';
const password = { bytes: Buffer.from('correct horse'), from: 'the test' };
const keys = fixedKeys('correct horse', [IDENTITY]);

const AGE = {
  format: 'age',
  environment: 'prod',
  recipients: [{ key: RECIPIENT, name: 'alice' }],
} as const;
const LOCKS: readonly Lock[] = [
  AGE,
  { format: 'ansible-vault', password },
  { format: 'ansible-vault', password, label: 'prod' },
  { format: 'ansible-vault-values', password },
];
const lockOf = (format: FormatName): Lock =>
  LOCKS.find((lock) => lock.format === format) ?? { format: 'ansible-vault', password };

/** A file that is in a repository: later versions have to open it. */
const WRITTEN = `# Secrets, each encrypted: nx run <environment>:secrets changes them.
format: fairness-secrets/1
environment: prod
recipients:
  - age1xly6uc73nd3j4zu5rrp9ptadgqj7sh4j2fjckhfqtzvweawxnq8sxa4eth alice
key: |
  -----BEGIN AGE ENCRYPTED FILE-----
  YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBoVEtRMzkvdzdqN3BsY3J3
  SkcyTkdYUzd3NTJUWDc0cWt0dHFpeWdUTkQwCnRxajJkRXhTSXV2a0JVdzRpa0R4
  TXpUa0FjU3pxcFcveFVQcmw2ZjlWQWsKLS0tIHF5RG5TUXdEV2RpNWZnMVNVZ1dD
  eW5STS9GRi9VT1l6RkplenR4QjRLQ0EKvk2Y5kNuetFw7d3mHUdfIaY2NfK9PUJp
  0CwDmZdxzqqGdbP0wU/8ILmefnKB/m8yVWmjUxgrWUoJB0OMDJ+crw==
  -----END AGE ENCRYPTED FILE-----
secrets:
  db_password: YKcyUyv0LmPFL4u+TBx0lqyrnghPdRNiofAYbl11ow==
  db_port: hTVF9BiRESkQFONo3+IRiyt/gvmQW3b4Vmu/TLp+F14=
to-change:
  db_port: bob
  db_password: bob
mac: 3b1600d7bc63d095b51ecf463c1d00425986de807c6f93a548731604afb8ec65
`;

const names = fc.stringMatching(/^[A-Za-z_][\w-]{0,12}$/);
const values = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('\n', ' ', 'a', '#', ':', '-', '|', "'", '"', '\\', '\t', '\r'),
  }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '0123',
    '1:30',
    '1e3',
    '!vault x',
    '{{ x }}',
    '- a',
    '%',
    '@',
  ),
);
const secrets = fc
  .uniqueArray(fc.tuple(names, values), { maxLength: 6, selector: ([name]) => name })
  .map((entries) => new Map(entries));

const SOME = new Map([
  ['db_password', `it's "100%" \\ ; # $HOME`],
  ['key', '-----BEGIN KEY-----\nabc\n-----END KEY-----\n'],
  ['db_port', '5432'],
]);

describe.each(LOCKS)('a file of $format', (lock) => {
  it('brings all values back, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, async (values) => {
        const text = await sealText(plainOf(values), lock);
        if (values.size > 0) expect(formatOf(text)).toBe(lock.format);
        else if (lock.format === 'ansible-vault-values') return;
        const opened = await openText(text, keys);
        expect([...opened.values]).toEqual([...values]);
        expect(opened.lock).toMatchObject({ ...lock });
        expect(await opened.seal(opened.plain)).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it('brings a change back and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, names, values, async (before, name, value) => {
        const text = await sealText(plainOf(new Map([...before, ['other', 'x']])), lock);
        const opened = await openText(text, keys);
        const edited = await opened.seal(setPlain(opened.plain, name, value));
        const expected = new Map([...before, ['other', 'x'], [name, value]]);
        expect(new Map((await openText(edited, keys)).values)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('holds no value in its text', async () => {
    const text = await sealText(plainOf(SOME), lock);
    for (const value of SOME.values()) expect(text).not.toContain(value);
  });

  it('is refused with another key', async () => {
    const text = await sealText(plainOf(SOME), lock);
    const others = fixedKeys('another', [
      'AGE-SECRET-KEY-15GGCZWAPDRA8KS4APE9TG6W35RGKZEFW7YM3M99KCLYTK3FPU2SSZPQMHT',
    ]);
    await expect(openText(text, others)).rejects.toThrow(
      /password .*is wrong|none of them is yours/,
    );
  });
});

/** Tries changed texts; each must be refused, or give exactly what was encrypted. */
async function refused(
  text: string,
  own = keys,
  original?: ReadonlyMap<string, string>,
): Promise<string> {
  try {
    const opened = await openText(text, own);
    const same =
      original && [...opened.values].every(([name, value]) => original.get(name) === value);
    return same ? 'same values' : `opened: ${text}`;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    for (const value of SOME.values()) expect(error.message).not.toContain(value);
    return 'refused';
  }
}

/** Keys of SSH as their files hold them, and as their recipients. */
const SSH = [
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
].map(({ privateKey }) => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { type, blob } = readSshKeyFile(pem).open();
  return {
    identities: readIdentities(pem, 'the test', () => Promise.resolve(undefined)),
    member: { key: `${type} ${blob.toString('base64')}`, name: type },
  };
});

describe.each<[string, Lock]>([
  ['ansible-vault', lockOf('ansible-vault')],
  ['age', lockOf('age')],
  ...SSH.map(({ member }): [string, Lock] => [
    `age for ${member.name}`,
    { format: 'age', environment: 'prod', recipients: [member] },
  ]),
])('a damaged file of %s', (_what, lock) => {
  const values = new Map([['a', 'x']]);
  const sealed = sealText(plainOf(values), lock);
  const own: Keys = {
    ...keys,
    identities: async () => {
      const read = await Promise.all(SSH.map(({ identities }) => identities));
      return { keys: [IDENTITY, ...read.flat()], from: ['the test'] };
    },
  };

  it('opens as it is', async () => {
    expect([...(await openText(await sealed, own)).values]).toEqual([...values]);
  });

  it('is refused when cut at any length', async () => {
    const text = await sealed;
    for (let length = 0; length < text.length; length++) {
      expect(await refused(text.slice(0, length), own)).toBe('refused');
    }
  });

  // By one bit, which makes another letter of most, and by one that is none.
  it.each([1, 0x80])(
    'is refused after any change of a byte by %i',
    { timeout: 60_000 },
    async (by) => {
      const bytes = Buffer.from(await sealed);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (bytes[at] ?? 0) ^ by;
        expect([at, await refused(changed.toString('latin1'), own)]).toEqual([at, 'refused']);
      }
    },
  );
});

describe('a file of age', () => {
  const sealed = sealText(plainOf(SOME), lockOf('age'));
  const lineOf = (text: string, name: string): string =>
    new RegExp(`^  ${name}: .*\\n`, 'm').exec(text)?.[0] ?? '';

  it('keeps the ciphertext of what stays, so that a diff shows what changed', async () => {
    const text = await sealed;
    const opened = await openText(text, keys);
    const edited = await opened.seal(opened.plain.replace('5432', '6432'));
    const changed = edited.split('\n').filter((line, at) => line !== text.split('\n')[at]);
    expect(changed.map((line) => line.split(':')[0])).toEqual(['  db_port', 'mac']);
  });

  it.each<[string, (text: string) => string]>([
    ['swapped values', (text) => swap(text, 'db_password', 'db_port')],
    ['a removed value', (text) => text.replace(lineOf(text, 'db_port'), '')],
    ['an added value', (text) => text.replace('secrets:\n', 'secrets:\n  more: AAAA\n')],
    ['a renamed value', (text) => text.replace('  db_port:', '  db_pool:')],
    ['another order', (text) => moveFirst(text, lineOf(text, 'db_port'))],
    ['a removed MAC', (text) => text.replace(/mac: .*\n/, '')],
    ['an empty MAC', (text) => text.replace(/mac: .*\n/, 'mac: \n')],
    ['a second MAC', (text) => `${text}mac: ${'0'.repeat(64)}\n`],
    ['an added recipient', (text) => text.replace('key: |', `  - ${RECIPIENT} eve\nkey: |`)],
    ['a renamed recipient', (text) => text.replace('alice', 'alicf')],
    [
      'a note that a secret is to be changed',
      (text) => text.replace('mac:', 'to-change:\n  key: b\nmac:'),
    ],
    ['a line break', (text) => `${text}\n`],
    ['the marks of a conflict', (text) => text.replace('secrets:', '<<<<<<< HEAD\nsecrets:')],
  ])('is refused with %s', async (_what, change) => {
    const text = await sealed;
    expect(change(text)).not.toBe(text);
    expect(await refused(change(text))).toBe('refused');
  });

  it('opens as the file of its environment, and of no other', async () => {
    const text = await sealed;
    expect((await openText(text, keys, 'prod')).lock).toMatchObject({ environment: 'prod' });
    await expect(openText(text, keys, 'other')).rejects.toThrow(
      'it is the file of the environment prod, moved or copied here',
    );
    // The name that it says is authenticated, and each value is bound to it.
    const renamed = text.replace('environment: prod', 'environment: other');
    await expect(openText(renamed, keys, 'other')).rejects.toThrow('its MAC is wrong');
  });

  it.each(['\u001b[2Jprod', '$(id)', '`id`', 'a b', '-x', '../x'])(
    'is refused, and not quoted, with what is no name of an environment: %j',
    async (name) => {
      const text = (await sealed).replace('environment: prod', () => `environment: ${name}`);
      await expect(openText(text, keys, 'prod')).rejects.toThrow('it is damaged, or was changed');
      const lock: Lock = { ...AGE, environment: name };
      await expect(sealText('a: x\n', lock)).rejects.toThrow('expected an environment');
    },
  );

  it.each(['\u001b[2Jbob', '$(id)', 'bob, `id`', 'bob,alice'])(
    'is refused with %j among those who know a secret that is to be changed',
    async (who) => {
      const text = (await sealed).replace('mac:', () => `to-change:\n  key: ${who}\nmac:`);
      // Before the MAC is checked, as git's diff does without it.
      await expect(openText(text, keys)).rejects.toThrow('it is damaged, or was changed');
    },
  );

  it('knows who has seen a secret, by a name or by a key without one', async () => {
    const ssh = SSH.map(({ member: { key } }) => readRecipient(key).name);
    const who = ['bob (CI), é@example.org', readRecipient(RECIPIENT).name, ...ssh].join(', ');
    const text = await sealText('a: x\n', { ...AGE, exposed: new Map([['a', who]]) });
    expect((await openText(text, keys)).exposed.get('a')).toBe(who);
  });

  it('is opened, whichever version of the package has written it', async () => {
    const opened = await openText(WRITTEN, keys, 'prod');
    expect([...opened.values]).toEqual([
      ['db_password', 'one'],
      ['db_port', '5432'],
    ]);
    expect(await opened.seal(opened.plain)).toBe(WRITTEN);
    const text = await opened.seal(setPlain(opened.plain, 'db_password', 'two'));
    expect(text).toContain(lineOf(WRITTEN, 'db_port'));
    expect([...(await openText(text, keys)).exposed.keys()]).toEqual(['db_port']);
  });

  it('says so when its format is a newer one', async () => {
    const text = (await sealed).replace('fairness-secrets/1', 'fairness-secrets/2');
    await expect(openText(text, keys)).rejects.toThrow('it is of a newer format');
  });

  it('is refused with a value that it had before, under the same key', async () => {
    const before = await sealed;
    const opened = await openText(before, keys);
    const after = await opened.seal(opened.plain.replace('5432', '6432'));
    const replayed = after.replace(lineOf(after, 'db_port'), lineOf(before, 'db_port'));
    expect(replayed).not.toBe(after);
    expect(await refused(replayed)).toBe('refused');
    // The whole of it is a file that was right once: git tells that, not the file.
    expect(await refused(before, keys, SOME)).toBe('same values');
  });

  function swap(text: string, one: string, other: string): string {
    const [a, b] = [lineOf(text, one), lineOf(text, other)];
    const value = (line: string): string => line.slice(line.indexOf(': '));
    return text.replace(a, `  ${one}${value(b)}`).replace(b, `  ${other}${value(a)}`);
  }
  function moveFirst(text: string, line: string): string {
    return text.replace(line, '').replace('secrets:\n', `secrets:\n${line}`);
  }
});

describe('a file of ansible-vault-values', () => {
  const plain = `# Who: operations
db_host: localhost # stays readable

db_password: 's3cret'  # theirs

key: |
  two
  lines

last: x
`;

  it('keeps comments, empty lines and the ciphertext of what stays', async () => {
    const text = await sealText(plain, lockOf('ansible-vault-values'));
    const withPlain = text.replace(
      /^db_host: [\s\S]*?\n(?=\n)/m,
      'db_host: localhost # stays readable\n',
    );
    const opened = await openText(withPlain, keys);
    expect(opened.unencrypted).toEqual(['db_host']);
    expect(opened.plain.replace('key: |\n  two\n  lines\n', '')).toContain("last: 'x'\n");
    expect([...opened.values.keys()]).toEqual(['db_host', 'db_password', 'key', 'last']);
    const edited = await opened.seal(opened.plain.replace("'x'", 'y'));
    const cut = (all: string): string => all.slice(0, all.indexOf('last:'));
    expect(cut(edited)).toBe(cut(withPlain));
    expect((await openText(edited, keys)).values.get('last')).toBe('y');
  });

  it('is refused after any change within an encrypted value, or gives the same values', async () => {
    const text = await sealText(plainOf(SOME), lockOf('ansible-vault-values'));
    const begin = text.indexOf('$ANSIBLE');
    const end = text.indexOf('\nkey:');
    const change = fc.tuple(
      fc.integer({ min: begin, max: end }),
      fc.constantFrom('0', 'a', 'f', ' ', 'A', '\n', ';', 'x'),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        fc.pre(text[at] !== by);
        const changed = text.slice(0, at) + by + text.slice(at + 1);
        // Blanks before a line, of which YAML takes off as many as there are, are not the value's.
        expect(['refused', 'same values']).toContain(await refused(changed, keys, SOME));
      }),
      { numRuns: 60 },
    );
  });

  it('is not whole when it is cut, wherever that is', async () => {
    const two = new Map([...SOME].slice(1));
    const text = await sealText(plainOf(two), lockOf('ansible-vault-values'));
    for (let length = 0; length < text.length; length += 5) {
      const outcome = await refused(text.slice(0, length), keys, SOME);
      // A whole number of values is a file of its own: the format can't tell.
      expect(['refused', 'same values']).toContain(outcome);
    }
  });
});

describe('a text of secrets', () => {
  it.each([
    ['a: # why\nb: 1\n', "a: 'new' # why\nb: 1\n"],
    ['a: 1 # why', "a: 'new' # why\n"],
    ['a:\nb: 1\n', "a: 'new'\nb: 1\n"],
    ['b: 1\n', "b: 1\na: 'new'\n"],
  ])('%j keeps its comments and other lines', (text, expected) => {
    expect(setPlain(text, 'a', 'new')).toBe(expected);
  });

  it.each([
    ['? a\n: b\n', 'line 1 begins with something else than a name'],
    ['a: 1\n...\n', 'it has a line "..."'],
    ['a: [1]\n', 'line 1 has a list or an alias for a'],
  ])('%j is refused before anything is written', (text, message) => {
    expect(() => setPlain(text, 'b', 'new')).toThrow(message);
  });
});

describe('formatOf()', () => {
  it.each([
    ['', 'empty'],
    ['\n', 'empty'],
    ['db_host: x\n', 'plain'],
    ['a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n', 'ansible-vault-values'],
    ['# a: !vault |\n', 'plain'],
    ['<<<<<<< ours\n$ANSIBLE_VAULT;1.1;AES256\n', 'conflict'],
    ['db_host: <<<<<<< x\n', 'plain'],
  ])('takes %j for %s', (text, format) => {
    expect(formatOf(text)).toBe(format);
  });
});
