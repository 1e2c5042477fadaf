import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { commandLine } from './command-line.js';
import { executorsOf } from '../plugin/plugin-executors.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';

const core = join(__dirname, '..', '..');

let workspace: TemporaryWorkspace;
beforeEach(() => {
  const backup = 'node_modules/@acme/backup';
  workspace = temporaryWorkspace({
    'nx.json': '{ "plugins": ["@acme/backup/plugin", "@acme/copy/plugin"] }',
    // Of another plugin, for other environments.
    'node_modules/@acme/copy/package.json': JSON.stringify({
      'fairness-deploy': { section: 'copy', insteadOf: ['backup'], deployment: './deployment.js' },
      executors: './executors.json',
    }),
    'node_modules/@acme/copy/executors.json': JSON.stringify({
      executors: {
        backup: { implementation: './backup.js', schema: './schema.json', description: 'Moves.' },
      },
    }),
    'node_modules/@acme/copy/schema.json': '{ "properties": {} }',
    'environments/prod/environment.yaml': 'backup: {}\n',
    'environments/staging/environment.yaml': 'copy: {}\n',
    [`${backup}/package.json`]: JSON.stringify({
      'fairness-deploy': { section: 'backup', deployment: './deployment.js' },
      executors: './executors.json',
    }),
    [`${backup}/executors.json`]: JSON.stringify({
      executors: {
        backup: { implementation: './backup.js', schema: './schema.json', description: 'Copies.' },
      },
    }),
    [`${backup}/schema.json`]: JSON.stringify({
      properties: {
        keep: { type: 'number', default: 7, description: 'Days.' },
        words: { type: 'array', hidden: true, $default: { $source: 'unparsed' } },
      },
    }),
    [`${backup}/backup.js`]: `
      const { writeFileSync } = require('node:fs');
      exports.default = async ({ keep, words }, { root, projectName }) => {
        writeFileSync(root + '/said', JSON.stringify({ keep, words, projectName }));
        return keep === 1 ? { success: false, exitCode: 2 } : { success: keep === 7 };
      };`,
  });
});
afterEach(() => {
  workspace.dispose();
});

/** What was written, and the code that it ended with. */
async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (more: string): void => void (text += more);
  const code = await commandLine(args, { workspace: workspace.folder, core, write });
  return { code, text };
}

describe('commandLine()', () => {
  it.each([
    [[], 7, 0],
    [['--keep', '1'], 1, 2],
    [['--keep=2'], 2, 1],
  ])('runs an executor with %j', async (args, keep, code) => {
    expect(await run('backup', ...args, 'prod')).toEqual({ code, text: '' });
    const said: unknown = JSON.parse(readFileSync(`${workspace.folder}/said`, 'utf8'));
    expect(said).toEqual({ keep, projectName: 'prod' });
  });

  it('passes on what stands behind -- as it is', async () => {
    expect(await run('backup', 'prod', '--', 'x', '--keep=1', '--help')).toEqual({
      code: 0,
      text: '',
    });
    const said: unknown = JSON.parse(readFileSync(`${workspace.folder}/said`, 'utf8'));
    expect(said).toEqual({
      keep: 7,
      words: ['--', 'x', '--keep=1', '--help'],
      projectName: 'prod',
    });
  });

  it.each([
    // What another command has is no option of this one.
    ['plan prod --yes', 'Cannot run plan: it has no option "--yes"'],
    [
      'provision prod --yess',
      'Cannot run provision: it has no option "--yess"\n  → did you mean "--yes"?',
    ],
    ['plan prod -y', 'Cannot run plan: it has no option "-y"\n  → fairness-deploy plan --help'],
    ['backup prod --keeps 1', 'it has no option "--keeps"\n  → did you mean "--keep"?'],
    ['backup prod --keep x', 'Cannot run backup: --keep is a number, not "x"'],
    ['plan prod --limit', "Option '--limit <value>' argument missing"],
    ['plan', 'Cannot run plan: no environment is given'],
    ['plan prod -- web', 'Cannot run plan: it has no use for what stands behind "--"'],
    ['plan prod web', 'Cannot run plan: "web" is neither an option nor the environment'],
    [
      'secrets-set prod',
      'Cannot run secrets-set: the option "name" is missing\n  → fairness-deploy secrets-set <environment> <name> [options]',
    ],
    [
      'secrets-set prod one --name=two',
      'Cannot run secrets-set: there are more words than it takes',
    ],
    ['secrets-show prod one two', 'secrets-show <environment> [name] [options]'],
    ['secrets-check prod one', 'Cannot run secrets-check: "one" is neither an option nor the'],
    ['secrets-check prod --reveal', 'Cannot run secrets-check: it has no option "--reveal"'],
    [
      'secrets-rekey prod --format=foo',
      'Cannot run secrets-rekey: --format is one of age, ansible-vault, ansible-vault-values',
    ],
    ['paln prod', 'Cannot run "paln": there is no such command\n  → did you mean "plan"?'],
    ['', 'fairness-deploy <command> <environment> [options]'],
  ])('refuses "%s"', async (line, message) => {
    await expect(run(...line.split(' ').filter(Boolean))).rejects.toThrow(saying(message));
  });

  it('does not say again what may be the value of a secret', async () => {
    const refused = run('secrets-set', 'prod', 'db_password', 'hunter2');
    await expect(refused).rejects.toThrow('there are more words than it takes');
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('--help tells the commands of core and of the plugins', async () => {
    const { code, text } = await run('--help');
    expect(code).toBe(0);
    expect(text).toMatch(/^ {2}plan +Shows what provision would change, and changes nothing\.$/m);
    expect(text).toMatch(/^ {2}backup +Copies\.$/m);
    expect(text).toMatch(/^ {2}backup +Moves\.$/m);
    expect(text.match(/^ {2}plan /gm)).toHaveLength(1);
  });

  it('--help of a command of two plugins tells that of the environment, or both', async () => {
    const said = async (...words: readonly string[]) =>
      (await run('backup', ...words, '--help')).text.match(/^(?:Copies|Moves)\.$/gm);
    expect(await said('prod')).toEqual(['Copies.']);
    expect(await said('staging')).toEqual(['Moves.']);
    expect(await said()).toEqual(['Copies.', 'Moves.']);
  });

  it('--help does without a workspace', async () => {
    workspace.dispose();
    expect((await run('--help')).text).toContain('  plan ');
  });

  it('--help of a command tells its options, as its schema has them', async () => {
    expect((await run('attach', 'prod', '--help')).text).toBe(
      `fairness-deploy attach <environment> [options]

Shows the running job of each host until it ends, or how the last one ended.

  --job <text>     Attach to this job, such as a task, or show how it ended. Default: the job that changes the host, or else the newest task that runs, or else the last job.
  --limit <text>…  Only these hosts.
  --json           Events as lines of JSON.
`,
    );
  });
});

it("a schema says of core's executors what executors.json says", () => {
  const executors = executorsOf({ name: 'core', folder: core });
  expect(executors).not.toEqual([]);
  for (const { schema, description } of executors) {
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toMatchObject({ description });
  }
});
