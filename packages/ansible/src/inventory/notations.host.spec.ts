import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decryptVault } from '@fairness-deploy/secrets/vault';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { inventoryOf, type ReadInventory } from '../testing/host-variables-of.js';
import { NOTATIONS, VAULTS } from '../testing/notations.js';
import { setUpFolder } from '../testing/set-up-folder.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What `ansible-inventory --list` (Debian's package ansible-core) says of the same files. */
async function ansibleInventory(
  folder: string,
  sources: readonly string[],
): Promise<ReadInventory> {
  const outside = mkdtempSync(join(tmpdir(), 'ansible-inventory-'));
  onTestFinished(() => {
    rmSync(outside, { recursive: true });
  });
  const vaults = Object.entries(VAULTS).flatMap(([label, password]) => {
    const file = join(outside, label);
    writeFileSync(file, password);
    chmodSync(file, 0o600);
    return ['--vault-id', `${label}@${file}`];
  });
  const output = execFileSync(
    'ansible-inventory',
    [...sources.flatMap((source) => ['-i', source]), '--playbook-dir', '.', '--list', ...vaults],
    {
      cwd: folder,
      env: {
        ...childEnvironment(),
        ANSIBLE_HOME: outside,
        ANSIBLE_LOCAL_TEMP: join(outside, 'tmp'),
        LC_ALL: 'C.UTF-8',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  const { _meta, ...groups } = JSON.parse(output) as Record<string, Record<string, Json>>;
  const variables = (_meta?.['hostvars'] ?? {}) as Record<string, Record<string, Json>>;
  const names = [
    ...new Set([
      ...Object.keys(variables),
      ...Object.values(groups).flatMap(({ hosts = [] }) => hosts as string[]),
    ]),
  ].sort();
  const hosts: Record<string, unknown> = {};
  for (const name of names) hosts[name] = await decrypted(variables[name] ?? {});
  return {
    groups: Object.fromEntries(
      Object.entries(groups)
        .map(
          ([name, { hosts: own = [], children = [] }]) =>
            [
              name,
              {
                hosts: [...(own as string[])].sort(),
                children: [...(children as string[])].sort(),
              },
            ] as const,
        )
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
    hosts,
  };
}

/** Ansible shows encrypted values as they are, and marks those that are no template. */
async function decrypted(value: Json): Promise<Json> {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return Promise.all((value as readonly Json[]).map(decrypted));
  const map = value as Readonly<Record<string, Json>>;
  const vault = map['__ansible_vault'];
  if (typeof vault === 'string') {
    for (const password of Object.values(VAULTS)) {
      const content = await decryptVault(
        vault.endsWith('\n') ? vault : `${vault}\n`,
        Buffer.from(password),
      ).catch(() => undefined);
      if (content) return content.toString();
    }
    return 'not decrypted';
  }
  const unsafe = map['__ansible_unsafe'];
  if (typeof unsafe === 'string') return unsafe;
  const entries = Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
  const result: Record<string, Json> = {};
  for (const [key, each] of entries) result[key] = await decrypted(each);
  return result;
}

function inTexts(read: ReadInventory): unknown {
  return JSON.parse(
    JSON.stringify(read, (_key, value: unknown) =>
      typeof value === 'boolean'
        ? value
          ? 'True'
          : 'False'
        : typeof value === 'number'
          ? String(value)
          : value,
    ),
  );
}

describe('ansible-inventory', () => {
  it.each(Object.entries(NOTATIONS))(
    'sees the same hosts and variables as we do: %s',
    async (name, { content, sources }) => {
      const { folder, dispose } = await setUpFolder(content);
      onTestFinished(dispose);
      const [ours, theirs] = [
        await inventoryOf(folder, sources),
        await ansibleInventory(folder, sources),
      ];
      // What is encrypted is text for us.
      if (name === 'vault') expect(inTexts(ours)).toEqual(inTexts(theirs));
      else expect(ours).toEqual(theirs);
    },
  );

  it('reads the same values of INI, whatever they are', async () => {
    const parts = fc.constantFrom(
      ...[
        '1',
        '0',
        '_',
        '.',
        'e',
        '-',
        '+',
        'x',
        "'",
        '"',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '(',
        ')',
        ' ',
        'True',
        'None',
        'a',
        '\\n',
        'o7',
        '#',
      ],
    );
    const values = fc.sample(fc.array(parts, { minLength: 1, maxLength: 6 }), {
      numRuns: 1500,
      seed: 15,
    });
    // A value of a section stands on a line of its own; blanks around it do not count.
    // Python has constants besides that JSON has not: Ellipsis, complex numbers, sets, bytes.
    const lines = values
      .map((value) => value.join(''))
      .filter((value) => !/^\s*\.\.\.|[[({,]\s*\.\.\./.test(value))
      .map((value, at) => `v${String(at)} = ${value}`);
    await same({ hosts: `[web]\na\n[web:vars]\n${lines.join('\n')}\n` }, ['hosts']);
  });

  it('reads the same plain scalars of YAML, whatever they are', async () => {
    const parts = fc.constantFrom(
      ...[
        '1',
        '0',
        '7',
        '_',
        '.',
        'e+',
        'e',
        '-',
        '+',
        '0x',
        '0b',
        '0o',
        ':',
        '60',
        'y',
        'yes',
        'No',
        '~',
        'null',
        'inf',
        '.nan',
        'F',
        'T',
      ],
    );
    const values = fc.sample(fc.array(parts, { minLength: 1, maxLength: 5 }), {
      numRuns: 1500,
      seed: 15,
    });
    const scalars = values
      .map((value) => value.join(''))
      .filter(
        (value) =>
          !/^[-:.]?[-:]*$|^---|: |:$|inf|nan|^[-+]?0b[_]*$|^[-+]?0x_*$|^[-+]?\d[\d_]*(?::\d+)+\./.test(
            value,
          ),
      );
    const lines = scalars.map((value, at) => `    v${String(at)}: ${value}`);
    await same({ 'hosts.yml': `web:\n  hosts: {a: }\n  vars:\n${lines.join('\n')}\n` }, [
      'hosts.yml',
    ]);
  });

  async function same(
    content: Readonly<Record<string, string>>,
    sources: readonly string[],
  ): Promise<void> {
    const { folder, dispose } = await setUpFolder(content);
    onTestFinished(dispose);
    expect(await inventoryOf(folder, sources)).toEqual(await ansibleInventory(folder, sources));
  }
});
