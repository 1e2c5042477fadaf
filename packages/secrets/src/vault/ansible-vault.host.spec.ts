import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainOf } from '../file/plain-of.js';
import { findPassword } from '../keys/find-password.js';
import { openText, sealText } from '../file/secrets-file.js';
import { fixedKeys } from '../testing/fixed-keys.js';
import { parseEnvelope } from './envelope.js';
import { decryptVault, encryptVault } from './vault.js';

const PASSWORD = 'correct "horse" ünd';
const password = { bytes: Buffer.from(PASSWORD), from: 'the test' };

/** What is worth a document of its own, then as many as it takes. */
const DOCUMENTS: readonly Buffer[] = [
  ...[
    '',
    '\n',
    'no final newline',
    'a: b\r\nc: d\r\n',
    '\r',
    '---\na: &x yes\nb: *x\n',
    '!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n',
    '# only a comment',
    'é ü 漢字 🌱\n',
    '\ufeffwith a mark\n',
    'x'.repeat(16),
  ].map((text) => Buffer.from(text)),
  Buffer.from([0, 1, 2, 255, 254, 10, 0]),
  Buffer.alloc(1024 * 1024, 'a megabyte of this\n'),
  ...fc
    .sample(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' })), {
      numRuns: 500,
      seed: 4,
    })
    .map((content) => Buffer.from(content as string)),
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ansible-vault-'));
  write('password', `${PASSWORD}\n`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}
const read = (name: string): Buffer => readFileSync(join(folder, name));
const documents = (): readonly string[] =>
  readdirSync(folder).filter((name) => name.startsWith('document-'));

function run(program: string, ...args: readonly string[]): Buffer {
  return execFileSync(program, args, {
    cwd: folder,
    env: {
      ...process.env,
      ANSIBLE_LOCAL_TEMP: join(folder, 'tmp'),
      ANSIBLE_HOME: folder,
      PAGER: 'cat',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
}

describe(`ansible-vault, with ${String(DOCUMENTS.length)} documents`, () => {
  it('decrypts what we encrypt', async () => {
    const sealed = await Promise.all(
      DOCUMENTS.map((content, at) =>
        encryptVault(content, password.bytes, at % 3 === 0 ? `label-${String(at)}` : undefined),
      ),
    );
    sealed.forEach((text, at) => {
      write(`document-${String(at)}`, text);
    });
    run('ansible-vault', 'decrypt', '--vault-password-file', 'password', ...documents());
    DOCUMENTS.forEach((content, at) => {
      expect(read(`document-${String(at)}`).equals(content)).toBe(true);
    });
  });

  it.each([
    ['all', DOCUMENTS, undefined],
    ['some, with a label', DOCUMENTS.slice(0, 40), 'prod'],
  ])('encrypts what we decrypt: %s', async (_what, contents, label) => {
    contents.forEach((content, at) => {
      write(`document-${String(at)}`, content);
    });
    const id =
      label === undefined
        ? ['--vault-password-file', 'password']
        : ['--vault-id', `${label}@password`];
    run('ansible-vault', 'encrypt', ...id, ...documents());
    for (const [at, content] of contents.entries()) {
      const text = read(`document-${String(at)}`).toString();
      expect(parseEnvelope(text).label).toBe(label);
      expect((await decryptVault(text, password.bytes)).equals(content)).toBe(true);
    }
  });

  it('takes the same bytes of a file for the password, whatever they are', async () => {
    const bytes = Buffer.from(' \t\vp\u00e4ss\u00a0w\u00f6rd\u00a0\f\r\n', 'latin1');
    write('new-password', bytes);
    const place = { environment: 'prod', workspace: folder, folder };
    const settings = { file: 'new-password' };
    const { bytes: ours } = await findPassword(place, settings, { env: {}, warn: () => undefined });
    write('document-0', 'a: 1\n');
    run('ansible-vault', 'encrypt', '--vault-password-file', 'new-password', 'document-0');
    expect((await decryptVault(read('document-0').toString(), ours)).toString()).toBe('a: 1\n');
    write('document-0', await encryptVault(Buffer.from('b: 2\n'), ours));
    run('ansible-vault', 'decrypt', '--vault-password-file', 'new-password', 'document-0');
    expect(read('document-0').toString()).toBe('b: 2\n');
  });

  it('changes the password of what we encrypt, and we read that', async () => {
    write('new-password', 'new');
    for (const [at, content] of DOCUMENTS.slice(0, 50).entries()) {
      write(`document-${String(at)}`, await encryptVault(content, password.bytes));
    }
    run(
      'ansible-vault',
      ...['rekey', '--vault-password-file', 'password'],
      ...['--new-vault-password-file', 'new-password', ...documents()],
    );
    for (const [at, content] of DOCUMENTS.slice(0, 50).entries()) {
      const text = read(`document-${String(at)}`).toString();
      expect((await decryptVault(text, Buffer.from('new'))).equals(content)).toBe(true);
    }
  });

  it('shows what we encrypt', async () => {
    write('document', await encryptVault(Buffer.from('db_host: é\n'), password.bytes));
    const shown = run('ansible-vault', 'view', '--vault-password-file', 'password', 'document');
    expect(shown.toString()).toBe('db_host: é\n');
  });
});

/** Ansible fills in what stands in braces, wherever it comes from; that is not the format's. */
const VALUES = fc
  .sample(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom('\n', ' ', 'a', '#', ':', "'", '"', '\\', '\t', '%') }),
      fc.constantFrom(
        'yes',
        'null',
        '~',
        '0123',
        '1:30',
        '1e3',
        '0x10',
        '2026-11-25',
        '!vault x',
        '- a',
      ),
    ),
    { numRuns: 120, seed: 4 },
  )
  .map((value, at): [string, string] => [`name_${String(at)}`, value.replaceAll(/[{}]/g, '')]);

describe('a playbook', () => {
  it.each(['ansible-vault', 'ansible-vault-values'] as const)(
    'reads the values that we encrypt as %s, as text',
    async (format) => {
      write('secrets.yaml', await sealText(plainOf(new Map(VALUES)), { format, password }));
      const names = VALUES.map(([name]) => name);
      write(
        'playbook.yaml',
        JSON.stringify([
          {
            hosts: 'localhost',
            connection: 'local',
            gather_facts: false,
            vars_files: ['secrets.yaml'],
            tasks: [
              {
                copy: {
                  content: `{{ {${names.map((name) => `'${name}': ${name} | string`).join(', ')}} | to_json }}`,
                  dest: join(folder, 'values.json'),
                },
              },
            ],
          },
        ]),
      );
      run(
        'ansible-playbook',
        '-i',
        'localhost,',
        '--vault-password-file',
        'password',
        'playbook.yaml',
      );
      expect(JSON.parse(read('values.json').toString())).toEqual(Object.fromEntries(VALUES));
    },
  );

  it('and we read what ansible-vault encrypt_string makes', async () => {
    const block = run(
      'ansible-vault',
      ...[
        'encrypt_string',
        '--vault-password-file',
        'password',
        '--name',
        'db_password',
        's3cret é',
      ],
    ).toString();
    const text = `db_host: localhost\n${block.replace(/\n*$/, '\n')}db_port: 5432\n`;
    const opened = await openText(text, fixedKeys(PASSWORD));
    expect([...opened.values]).toEqual([
      ['db_host', 'localhost'],
      ['db_password', 's3cret é'],
      ['db_port', '5432'],
    ]);
    expect(opened.unencrypted).toEqual(['db_host', 'db_port']);
  });
});

describe('every single byte of what ansible-vault wrote', () => {
  it('counts: whatever stands in its place is refused', async () => {
    write('document-0', 'db_password: s3cret\n');
    run('ansible-vault', 'encrypt', '--vault-password-file', 'password', 'document-0');
    const bytes = read('document-0');
    const others = [...Buffer.from('0123456789abcdefA \n\r;$'), 0, 255];
    let opened = 0;
    for (let at = 0; at < bytes.length; at++) {
      const texts = others
        .filter((byte) => byte !== bytes[at])
        .map((byte) =>
          Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + 1)]),
        );
      const outcomes = await Promise.allSettled(
        texts.map((text) => decryptVault(text.toString('latin1'), password.bytes)),
      );
      opened += outcomes.filter(({ status }) => status === 'fulfilled').length;
    }
    expect(opened).toBe(0);
  });
});
