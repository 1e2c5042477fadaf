import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { temporaryRepository } from '../testing/temporary-repository.js';
import { openRepository } from './repository.js';
import { findUnsent, refuseUnsent } from './unsent-files.js';

const pointer = (size: number): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a2146'.repeat(8)}\nsize ${String(size)}\n`;

/** A repository with a submodule and a pointer in each of these folders. */
async function repositoryWith(...folders: readonly string[]) {
  const { folder, git, write, commit } = temporaryRepository();
  write('README.md', `A pointer is:\n${pointer(1)}`);
  write('small.txt', 'x'.repeat(130));
  write('binary', '\0'.repeat(200));
  const other = commit('other');
  for (const name of folders) {
    write(`${name}/lögo.png`, pointer(12345));
    git('update-index', '--add', '--cacheinfo', `160000,${other},${name}/lib`);
  }
  git('add', 'README.md', ...folders.map((name) => `${name}/lögo.png`));
  git('commit', '--quiet', '--allow-empty', '--message=files');
  return { repository: await openRepository(folder), head: git('rev-parse', 'HEAD') };
}

describe('findUnsent()', () => {
  it('finds submodules and pointers by what they are', async () => {
    const { repository, head } = await repositoryWith('apps/web', 'docs');
    expect(await findUnsent(repository, head)).toEqual({
      submodules: ['apps/web/lib', 'docs/lib'],
      pointers: ['apps/web/lögo.png', 'docs/lögo.png'],
    });
  });

  it('takes no file for a pointer that quotes one, is as small, or is binary', async () => {
    const { repository, head } = await repositoryWith();
    expect(await findUnsent(repository, head)).toEqual({ submodules: [], pointers: [] });
  });
});

describe('refuseUnsent()', () => {
  const all = { submodules: ['apps/web/lib', 'docs/lib'], pointers: ['apps/api/a.png'] };

  it('refuses what the application would lack, and names it', () => {
    expect(() => refuseUnsent(all, 'apps/web', 'abc')).toThrow(
      saying(
        'Cannot deploy abc: it has submodules, which git does not send: "apps/web/lib"\n  → put their files into the repository, or',
      ),
    );
    expect(() => refuseUnsent(all, undefined, 'abc')).toThrow('"apps/web/lib", "docs/lib"');
    expect(() => refuseUnsent(all, 'apps/api', 'abc')).toThrow(
      saying(
        'Cannot deploy abc: these files are in Git LFS, and the host would get pointers to them: "apps/api/a.png"\n  → take them out of it',
      ),
    );
  });

  it('warns of what lies elsewhere', () => {
    expect(refuseUnsent(all, 'apps/we', 'abc')).toEqual([
      'submodules outside of apps/we are not deployed, their folders stay empty: "apps/web/lib", "docs/lib"',
      'files of Git LFS outside of apps/we are deployed as pointers: "apps/api/a.png"',
    ]);
    expect(refuseUnsent({ submodules: [], pointers: [] }, undefined, 'abc')).toEqual([]);
  });
});
