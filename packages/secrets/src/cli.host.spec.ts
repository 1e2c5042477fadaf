import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DRIVER = join(__dirname, '..', 'dist', 'git-driver.cjs');
const PROGRAM = join(__dirname, '..', 'bin', 'fairness-secrets.js');

const said = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    encoding: 'utf8',
    cwd: __dirname,
  });
  return { status, stdout, stderr };
};

describe('fairness-secrets', () => {
  it.each<[readonly string[], string]>([
    [[], 'it was given no command'],
    [['steal', 'prod'], 'there is no command "steal"'],
    [['show'], 'show was given no environment'],
    [['set', 'prod'], 'set was given no name of a secret'],
    [['set', 'prod', 'one', 'two'], 'set takes one name; the value comes from standard input'],
    [['set', 'prod', 'one', '--name=two'], 'set takes one name; the value comes from'],
    [['show', 'prod', 'one', 'two'], 'show was given too much: one two'],
    [['check', 'prod', 'one'], 'check was given too much: one'],
    [['rekey', 'prod', '--format=foo'], 'there is no format "foo"'],
  ])('says what is wrong with %j, and how it is called', (words, why) => {
    const { status, stdout, stderr } = said(...words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^Cannot run fairness-secrets: ${why}.*\n\nfairness-secrets <command>`),
    );
  });

  it.each(['$(id)', '../prod', '-x\u001b[2J'])('refuses the environment %j', (name) => {
    const { status, stderr } = said('check', '--', name);
    expect(status).toBe(1);
    expect(stderr).toContain("expected an environment's name of letters, digits");
    expect(stderr).not.toContain('\u001b');
  });

  it('shows nothing that steers the terminal', () => {
    const workspace = mkdtempSync(join(tmpdir(), 'secrets-'));
    const folder = join(workspace, 'environments/prod');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'environment.yaml'), 'extends: "\\e[2J.yaml"\n');
    const { stderr } = spawnSync(process.execPath, [PROGRAM, 'check', 'prod'], {
      encoding: 'utf8',
      cwd: workspace,
    });
    rmSync(workspace, { recursive: true });
    expect(stderr).toContain(
      'cannot extend "environments/prod/\\u001b[2J.yaml": there is no such file\n',
    );
    expect(stderr).not.toContain('\u001b');
  });

  it('does not say again what may be the value of a secret', () => {
    expect(said('set', 'prod', 'db_password', 'hunter2').stderr).not.toContain('hunter2');
  });

  it('names an option that it does not have, in its own words', () => {
    expect(said('show', 'prod', '--colour').stderr).toBe(
      "Cannot run fairness-secrets: Unknown option '--colour'\n  → fairness-secrets --help\n",
    );
    expect(said('check', 'prod', '--reveal').stderr).toBe(
      'Cannot check with --reveal: it has --accept\n',
    );
  });
});

describe("git's merge driver", () => {
  it('refuses the folder of an environment with a name that a shell would take for a command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const versions = ['base', 'ours', 'theirs'].map((name) => join(folder, name));
    for (const file of versions) writeFileSync(file, 'x\n');
    const path = 'environments/$(id)\u001b[2J/secrets.yaml';
    const { status, stderr } = spawnSync(process.execPath, [DRIVER, 'merge', ...versions, path], {
      encoding: 'utf8',
      cwd: folder,
    });
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Cannot merge the secrets of the environment "\$\(id\).*: expected an env/,
    );
    expect(stderr).not.toContain('\u001b');
  });
});
