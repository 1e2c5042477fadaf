import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { cleanRepository } from './clean-repository.js';

/** A bare repository "it's", with two worktrees and a branch without a worktree. */
function bare() {
  const origin = temporaryRepository();
  origin.write('file', 'x');
  origin.commit('one');
  const folder = temporaryFolder();
  const repository = join(folder, "it's.git");
  origin.git('clone', '--quiet', '--bare', origin.folder, repository);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  git('branch', 'other');
  for (const name of ['whole', 'half']) {
    git('worktree', 'add', '--quiet', '--detach', join(folder, name));
  }
  return { folder, repository, git };
}

const SHA1 = '0'.repeat(40);

const clear = (repository: string): string =>
  execFileSync('dash', ['-eus'], {
    input: cleanRepository(repository, SHA1).reveal(),
    encoding: 'utf8',
  });

describe('cleanRepository()', () => {
  it('lets git go on after a power cut, and takes nothing else', () => {
    const { folder, repository, git } = bare();
    const refs = git('for-each-ref');
    for (const path of [
      'config.lock',
      'packed-refs.lock',
      'refs/heads/other.lock',
      'worktrees/whole/index.lock',
      'worktrees/half/locked',
    ]) {
      writeFileSync(join(repository, path), '');
    }
    mkdirSync(join(repository, 'info'), { recursive: true });
    writeFileSync(join(repository, 'info/attributes'), '* -text\n');
    rmSync(join(folder, 'half'), { recursive: true });
    const attempts = [
      () => git('config', 'core.bare', 'true'),
      () => git('pack-refs', '--all'),
      () => git('update-ref', 'refs/heads/other', 'HEAD'),
      () => git('-C', join(folder, 'whole'), 'reset', '--quiet', '--hard'),
    ];
    for (const attempt of attempts) expect(attempt).toThrow('File exists');
    git('worktree', 'prune');
    expect(existsSync(join(repository, 'worktrees/half'))).toBe(true);

    clear(repository);
    for (const attempt of attempts) expect(attempt).not.toThrow();
    git('worktree', 'prune');
    expect(existsSync(join(repository, 'worktrees/half'))).toBe(false);
    expect(existsSync(join(repository, 'info/attributes'))).toBe(false);
    expect(existsSync(join(repository, 'worktrees/whole'))).toBe(true);
    expect(git('for-each-ref')).toBe(refs);
    git('fsck', '--strict');
  });

  it('leaves nothing that git would run or wait for, and nothing of a configuration', () => {
    const { folder, repository, git } = bare();
    const refs = git('for-each-ref');
    const ran = join(folder, 'ran');
    const program = `#!/bin/sh\necho "$0" >>'${ran.replaceAll("'", String.raw`'\''`)}'\n`;
    mkdirSync(join(repository, 'hooks'), { recursive: true });
    writeFileSync(join(repository, 'hooks/reference-transaction'), program, { mode: 0o755 });
    writeFileSync(join(folder, 'monitor'), program, { mode: 0o755 });
    git('config', 'core.fsmonitor', join(folder, 'monitor'));
    git('update-ref', 'refs/heads/new', 'HEAD');
    git('-C', join(folder, 'whole'), 'status');
    expect(readFileSync(ran, 'utf8')).toContain('reference-transaction');
    expect(readFileSync(ran, 'utf8')).toContain('monitor');
    rmSync(ran);
    execFileSync('mkfifo', [join(repository, 'refs/heads/pipe')]);
    symlinkSync('/dev/zero', join(repository, 'refs/heads/link'));

    clear(repository);
    git('update-ref', '-d', 'refs/heads/new');
    git('-C', join(folder, 'whole'), 'status');
    expect(existsSync(ran)).toBe(false);
    expect(git('for-each-ref')).toBe(refs);
    git('fsck', '--strict');
  });

  it('keeps the format of a repository of SHA-256', () => {
    const folder = temporaryFolder();
    const repository = join(folder, 'repo.git');
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe', input: '' }).trim();
    git('init', '--quiet', '--bare', '--object-format=sha256', repository);
    const tree = git('-C', repository, 'mktree');
    execFileSync('dash', ['-eus'], { input: cleanRepository(repository, tree).reveal() });
    expect(git('-C', repository, 'rev-parse', '--show-object-format')).toBe('sha256');
    expect(git('-C', repository, 'cat-file', '-t', tree)).toBe('tree');
  });

  it('has nothing to do where there is no repository yet, or an empty folder', () => {
    const folder = temporaryFolder();
    expect(clear(folder)).toBe('');
    expect(clear(join(folder, 'none'))).toBe('');
  });

  it('is a script without fault', async () => {
    await checkShell(cleanRepository('/srv/shop/repo.git', SHA1));
  });
});
