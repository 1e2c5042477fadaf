/** What git on Windows makes of this repository, with its usual setting core.autocrlf=true. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const AS_ON_WINDOWS = ['-c', 'core.autocrlf=true', '-c', 'core.safecrlf=false'];
let folder: string;

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', folder, ...AS_ON_WINDOWS, ...args], {
    env: childEnvironment(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });

/** Checks out again, by the given attributes. @returns the files with CRLF. */
function checkout(attributes?: string): readonly string[] {
  git('rm', '-rqf', '--cached', '.');
  git('reset', '-q', 'HEAD');
  // git would read the index's where the work tree has none.
  if (attributes === undefined) git('rm', '-qf', '.gitattributes');
  else copyFileSync(attributes, join(folder, '.gitattributes'));
  for (const name of git('ls-files').split('\n')) {
    if (name !== '' && name !== '.gitattributes') rmSync(join(folder, name), { force: true });
  }
  const names = git('ls-files', '-d', '-z');
  execFileSync('git', ['-C', folder, ...AS_ON_WINDOWS, 'checkout-index', '-z', '--stdin'], {
    env: childEnvironment(),
    input: names,
  });
  return git('ls-files', '--eol')
    .split('\n')
    .filter((line) => /\sw\/(?:crlf|mixed)\s/.test(line));
}

describe('a checkout with core.autocrlf=true', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'windows-checkout-'));
    execFileSync('git', ['clone', '-q', '--no-checkout', process.cwd(), folder], {
      env: childEnvironment(),
    });
    git('checkout', '-q');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('has LF in all files, by .gitattributes', () => {
    expect(checkout('.gitattributes')).toEqual([]);
  });

  it('would have CRLF without it', () => {
    expect(checkout().length).toBeGreaterThan(100);
  });
});
