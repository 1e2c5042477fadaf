import { join } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { openRepository } from './repository.js';
import { resolveRevision } from './resolve-revision.js';

describe('resolveRevision()', () => {
  it('takes the branch checked out unless told, and HEAD when none is', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    const repository = await openRepository(folder);
    expect(await resolveRevision(repository, undefined)).toEqual({ commit: first, name: 'main' });
    git('checkout', '--quiet', '--detach');
    expect(await resolveRevision(repository, undefined)).toEqual({ commit: first, name: 'HEAD' });
  });

  it('finds branches, annotated tags, branches of remotes and hashes', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    git('tag', '--annotate', '--message=m', 'v1');
    git('update-ref', 'refs/remotes/origin/main', first);
    const second = commit('two');
    const repository = await openRepository(folder);
    const found = async (revision: string): Promise<string> =>
      (await resolveRevision(repository, revision)).commit;
    expect(await found('v1')).toBe(first);
    expect(await found('origin/main')).toBe(first);
    expect(await found('main')).toBe(second);
    expect(await found(first.slice(0, 8))).toBe(first);
  });

  it.each(['$(touch /tmp/x)/`id`', "it's", 'a"b;c', 'prüfung', '3f2a1bc'])(
    'takes the name of the branch %s for a name',
    async (name) => {
      const { folder, git, commit } = temporaryRepository();
      commit('one');
      const branch = name.replaceAll(' ', '_');
      git('checkout', '--quiet', '-b', branch);
      const second = commit('two');
      git('checkout', '--quiet', 'main');
      const repository = await openRepository(folder);
      expect(await resolveRevision(repository, branch)).toEqual({ commit: second, name: branch });
    },
  );

  it('names the nearest when there is no such revision', async () => {
    const { folder, git, commit } = temporaryRepository();
    commit('one');
    git('branch', 'release/winter');
    const repository = await openRepository(folder);
    await expect(resolveRevision(repository, 'relaese/winter')).rejects.toThrow(
      saying(/no such branch, tag or commit in .*\n {2}→ did you mean "release\/winter"\?/),
    );
    await expect(resolveRevision(repository, 'xyz')).rejects.toThrow(
      saying('git fetch --all --tags'),
    );
  });

  it('refuses a branch and a tag of one name, unless they are one commit', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    git('tag', 'v1');
    git('branch', 'v1');
    const repository = await openRepository(folder);
    expect((await resolveRevision(repository, 'v1')).commit).toBe(first);
    const second = commit('two');
    git('branch', '--force', 'v1', second);
    await expect(resolveRevision(repository, 'v1')).rejects.toThrow(
      saying(
        `Cannot deploy "v1": there is a branch of that name (${second.slice(0, 10)}) and a tag (${first.slice(0, 10)})\n  → name one of them: refs/heads/v1 or refs/tags/v1`,
      ),
    );
    expect((await resolveRevision(repository, 'refs/heads/v1')).commit).toBe(second);
    expect((await resolveRevision(repository, 'refs/tags/v1')).commit).toBe(first);
  });

  it('says what to do when only a remote has the branch, or the clone is shallow', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    git('update-ref', 'refs/remotes/origin/winter', first);
    commit('two');
    const hint = async (path: string, revision: string): Promise<string> => {
      const repository = await openRepository(path);
      const error: unknown = await resolveRevision(repository, revision).catch(
        (one: unknown) => one,
      );
      return error instanceof HintedError ? (error.hint ?? '') : '';
    };
    expect(await hint(folder, 'winter')).toMatch(/^there is origin\/winter, .*git switch winter$/);
    expect(await hint(folder, 'xyz')).toMatch(/it was deleted, or never pushed$/);
    const shallow = join(temporaryFolder(), 'clone');
    git('clone', '--quiet', '--depth=1', `file://${folder}`, shallow);
    expect(await hint(shallow, first)).toMatch(/^it is a shallow clone/);
  });

  it('says that a branch has no commit yet', async () => {
    const { folder } = temporaryRepository();
    const repository = await openRepository(folder);
    await expect(resolveRevision(repository, undefined)).rejects.toThrow('has no commit yet');
  });
});
