import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkShell } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { clearLeftovers } from './clear-leftovers.js';

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

const clear = (repository: string): string =>
  execFileSync('dash', ['-eus'], { input: clearLeftovers(repository).reveal(), encoding: 'utf8' });

describe('clearLeftovers()', () => {
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

  it('has nothing to do where there is no repository yet, or an empty folder', () => {
    const folder = temporaryFolder();
    expect(clear(folder)).toBe('');
    expect(clear(join(folder, 'none'))).toBe('');
  });

  it('is a script without fault', async () => {
    await checkShell(clearLeftovers('/srv/shop/repo.git'));
  });
});
