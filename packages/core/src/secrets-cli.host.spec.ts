import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = join(__dirname, '..', 'bin');

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = temporaryWorkspace({
    'environments/prod/environment.yaml':
      'hosts: {}\nsecrets: { names: { db_password: For the database, mail_key: For mail } }\n',
    'environments/vault-password': 'correct horse\n',
  });
});
afterEach(() => {
  workspace.dispose();
});

function run(program: string, words: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(BIN, `${program}.js`), ...words],
    { encoding: 'utf8', cwd: workspace.folder, input },
  );
  return { status, stdout, stderr };
}
const deploy = (...words: readonly string[]) => run('fairness-deploy', words);

/** The events of a command, without the warning that others may read the password, and without times. */
function events(words: readonly string[], input = '') {
  const { status, stdout, stderr } = run('fairness-deploy', [...words, '--json'], input);
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  const all = lines.map(
    (line) =>
      JSON.parse(line, (key, value: unknown) =>
        key === 'milliseconds' ? undefined : value,
      ) as Readonly<Record<string, unknown>>,
  );
  return {
    status,
    events: all.filter(({ text }) => !(typeof text === 'string' && text.startsWith('Warning'))),
  };
}
const started = (command: string) => ({
  ...{ type: 'started', command, environment: 'prod', hosts: [] },
});

describe('commands on secrets', () => {
  it('report events', () => {
    const set = events(['secrets-set', 'prod', 'db_password'], 'hunter2-x\n');
    expect(set).toEqual({
      status: 0,
      events: [
        started('secrets-set'),
        { type: 'notice', text: 'db_password is added in environments/prod/secrets.yaml' },
        { type: 'ended', success: true },
      ],
    });
    expect(events(['secrets-show', 'prod']).events).toContainEqual({
      ...{ type: 'secrets', file: 'environments/prod/secrets.yaml', format: 'ansible-vault' },
      secrets: [{ name: 'db_password', description: 'For the database', empty: false }],
    });
    const check = events(['secrets-check', 'prod']);
    expect(check.status).toBe(1);
    expect(check.events).toEqual([
      started('secrets-check'),
      { type: 'secrets-problem', problem: 'missing', name: 'mail_key' },
      { type: 'notice', text: 'environments/prod/secrets.yaml: 1 to put right' },
      { type: 'ended', success: false },
    ]);
  });

  it('know what a plugin needs, unless the environment cannot be loaded', () => {
    workspace.write('nx.json', '{ "plugins": ["acme-db/plugin"] }');
    workspace.write(
      'node_modules/acme-db/package.json',
      '{ "name": "acme-db", "fairness-deploy": { "section": "db", "deployment": "./plugin.js" } }',
    );
    workspace.write(
      'node_modules/acme-db/plugin.js',
      `const { z } = require(${JSON.stringify(join(__dirname, '..', 'dist', 'index.js'))});
       const secrets = () => [{ name: 'db_admin', description: 'The administrator of the database' }];
       exports.plugin = { section: 'db', schema: z.strictObject({}), secrets };`,
    );
    const file = 'environments/prod/environment.yaml';
    workspace.write(file, 'hosts: { web: }\ndb:\nsecrets: { names: { mail_key: For mail } }\n');
    const missing = deploy('secrets-check', 'prod').stdout;
    expect(missing).toContain(
      'db_admin is missing (The administrator of the database)\n  → npx nx',
    );
    run('fairness-deploy', ['secrets-set', 'prod', 'mail_key'], 'hunter2-x\n');
    const set = run('fairness-deploy', ['secrets-set', 'prod', 'db_admin'], 'hunter3-x\n');
    expect(set.stdout).not.toContain('not declared');
    expect(deploy('secrets-check', 'prod')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('2 secrets, all as declared') as string,
    });
    workspace.write(
      file,
      'hosts: { web: }\ndb: { no: 1 }\nsecrets: { names: { mail_key: Mail } }\n',
    );
    expect(deploy('secrets-check', 'prod').status).toBe(0);
    workspace.write(file, 'hosts: { web: }\nsecrets: { names: { mail_key: For mail } }\n');
    expect(deploy('secrets-check', 'prod').stdout).toContain('db_admin is not declared');
  });

  it('report what fails', () => {
    const { status, events: reported } = events(['secrets-show', 'prod']);
    expect(status).toBe(1);
    expect(reported).toMatchObject([
      started('secrets-show'),
      { type: 'failure', message: expect.stringContaining('there is no such file') as string },
      { type: 'ended', success: false },
    ]);
  });

  it('print a value as it is, and nothing else on standard output', () => {
    run('fairness-deploy', ['secrets-set', 'prod', 'db_password'], 'hunter2-x\n');
    const shown = deploy('secrets-show', 'prod', 'db_password', '--reveal');
    expect(shown).toMatchObject({ status: 0, stdout: "db_password: 'hunter2-x'\n" });
    const missing = deploy('secrets-show', 'prod', 'nosuch', '--reveal');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain("Cannot show nosuch: environments/prod/secrets.yaml doesn't");
  });

  it.each(['$(id)', '../prod', 'x\u001b[2J'])('refuse the environment %j', (name) => {
    const { status, stdout } = deploy('secrets-check', name);
    expect(status).toBe(1);
    expect(stdout).toContain("expected an environment's name of letters, digits");
    expect(stdout).not.toContain('\u001b');
  });

  it('show nothing that steers the terminal', () => {
    workspace.write('environments/prod/environment.yaml', 'extends: "\\e[2J.yaml"\n');
    const { stdout } = deploy('secrets-check', 'prod');
    expect(stdout).toContain(
      'cannot extend "environments/prod/\\u001b[2J.yaml": there is no such file\n',
    );
    expect(stdout).not.toContain('\u001b');
    expect(deploy('\u001b[2J').stderr).not.toContain('\u001b');
  });
});

describe('fairness-secrets', () => {
  it('is fairness-deploy secrets-…', () => {
    run('fairness-secrets', ['set', 'prod', 'db_password'], 'hunter2-x\n');
    const shown = run('fairness-secrets', ['show', 'prod', '--reveal']);
    expect(shown).toMatchObject({ status: 0, stdout: "db_password: 'hunter2-x'\n" });
    expect(run('fairness-secrets', ['edit', 'prod']).stdout).toContain('there is no terminal');
    expect(run('fairness-secrets', ['shwo', 'prod'])).toMatchObject({
      status: 1,
      stderr: 'Cannot run fairness-secrets: there is no command "shwo"\n  → did you mean "show"?\n',
    });
    const usage = expect.stringContaining('fairness-secrets edit|show|set|check|rekey') as string;
    for (const words of [[], ['--help']]) {
      expect(run('fairness-secrets', words)).toMatchObject({ status: 0, stdout: usage });
    }
    expect(run('fairness-secrets', ['set', '--help']).stdout).toContain('--format');
    expect(run('fairness-secrets', ['\u001b[2J']).stderr).not.toContain('\u001b');
  });
});
