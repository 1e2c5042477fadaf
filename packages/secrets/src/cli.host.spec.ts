import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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
