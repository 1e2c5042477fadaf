import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from '../packages.mjs';
import { textOf, WORKSPACE } from './blocks.mjs';
import { checkLine, commandNames } from './commands.mjs';

const DOCUMENT = 'docs/from-ansible.md';

/** A row: the old command, its counterparts, and the tests that run them. */
interface Row {
  readonly old: string;
  readonly commands: readonly string[];
  /** What is announced: a package, or a command. */
  readonly coming: readonly (readonly [kind: string, name: string])[];
  readonly tests: readonly string[];
}

/** The rows of the first table. @throws Error when there is none. */
function rowsOf(text: string): readonly Row[] {
  const [, table] = /^\| old .*\n\| -+.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  if (table === undefined) throw new Error(`Cannot find the table of commands in ${DOCUMENT}`);
  return table
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, old = '', now = '', run = ''] = line.split('|').map((cell) => cell.trim());
      const coming = [...now.matchAll(/coming: (package|command) `([^`]+)`/g)];
      const rest = now.replaceAll(/coming: (?:package|command) `[^`]+`/g, '');
      return {
        old,
        commands: codesOf(rest),
        coming: coming.map(([, kind = '', name = '']) => [kind, name] as const),
        tests: codesOf(run),
      };
    });
}

const codesOf = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The word by which a test runs a command: `deploy` for `npx nx run prod:deploy`. */
function wordOf(command: string): string {
  const target = /^npx nx run [\w-]+:([\w-]+)/.exec(command)?.[1];
  const generator = /^npx nx g (?:@[\w-]+\/[\w-]+:)?([\w-]+)/.exec(command)?.[1];
  return target ?? generator ?? command;
}

/** A test, and what it imports from beside it: several tests may share what they do. */
function textsOf(test: string): string {
  const text = readFileSync(join(WORKSPACE, test), 'utf8');
  const beside = [...text.matchAll(/from '\.\/([\w-]+)\.js'/g)].map(([, name = '']) =>
    readFileSync(join(WORKSPACE, dirname(test), `${name}.ts`), 'utf8'),
  );
  return [text, ...beside].join('\n');
}

/** Whether a test has the word as one of its own: in a call, a command line or an import. */
function runs(test: string, word: string): boolean {
  const text = textsOf(test);
  const [program, ...args] = word.split(' ');
  if (args.length > 0) return text.includes(`'${program ?? ''}', ['${args.join("', '")}']`);
  return new RegExp(`['"\`:/ (]${word}['"\`/ ,)]`).test(text);
}

const problemsOf = ({ commands, coming, tests }: Row): readonly string[] => [
  ...(commands.length + coming.length === 0 ? ['it has no counterpart'] : []),
  ...commands.flatMap((command) => {
    try {
      checkLine(command);
    } catch (error) {
      return [`${command}: ${String(error)}`];
    }
    return tests.some((test) => existsSync(join(WORKSPACE, test)) && runs(test, wordOf(command)))
      ? []
      : [`${command} is run by none of ${tests.join(', ')}`];
  }),
  ...tests
    .filter((test) => !/\.spec\.m?ts$/.test(test) || !existsSync(join(WORKSPACE, test)))
    .map((test) => `there is no test ${test}`),
  ...coming
    .filter(([kind, name]) =>
      kind === 'package' ? Object.hasOwn(PACKAGES, name) : commandNames().includes(name),
    )
    .map(([kind, name]) => `the ${kind} ${name} is there: name its commands, and a test`),
];

describe('the table of old commands', () => {
  const rows = rowsOf(textOf(DOCUMENT));

  it('has all targets of the old Makefile', () => {
    const targets = rows.flatMap(({ old }) => /^`make ([\w-]+)/.exec(old)?.[1] ?? []);
    expect(targets).toEqual([
      'install',
      'ping',
      'secrets',
      'provision',
      'deploy',
      'vagrant',
      'vagrant-ssh',
    ]);
  });

  it.each(rows)('has a counterpart that exists, and that the test beside it runs: $old', (row) => {
    expect(problemsOf(row)).toEqual([]);
  });

  it.each([
    ['| `x` | `npx nx run prod:depoly` | `tools/demo.host.spec.ts` |', 'Cannot find "depoly"'],
    [
      '| `x` | `npx nx run prod:db-drill` | `tools/documentation/blocks.spec.mts` |',
      'is run by none of',
    ],
    ['| `x` | `npx nx run prod:ping` | `tools/no.spec.ts` |', 'there is no test tools/no.spec.ts'],
    ['| `x` | coming: package `nginx` | |', 'the package nginx is there'],
    ['| `x` | coming: command `deploy` | |', 'the command deploy is there'],
    ['| `x` | nothing | |', 'it has no counterpart'],
  ])('refuses the row %s', (line, problem) => {
    const [row] = rowsOf(`| old | now | test |\n| --- | --- | --- |\n${line}\n`);
    expect(row && problemsOf(row).join('\n')).toContain(problem);
  });
});
