import { describe, expect, it } from 'vitest';
import { openRepository } from '../git/repository.js';
import { temporaryRepository } from '../testing/temporary-repository.js';
import { askedFiles, foldersUp, MOST_BYTES, nearest, readProjectFiles } from './project-files.js';

it('foldersUp() goes up to the repository', () => {
  expect(foldersUp('apps/web')).toEqual(['apps/web', 'apps', '']);
  expect(foldersUp(undefined)).toEqual(['']);
});

it('askedFiles() asks for each file once', () => {
  expect(askedFiles('web', 'package.json').texts).toEqual(['web/package.json', 'package.json']);
  expect(askedFiles(undefined, '.nvmrc')).toEqual({
    texts: ['package.json', '.nvmrc'],
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'],
  });
});

describe('readProjectFiles()', () => {
  it('reads the commit, not the work tree', async () => {
    const repository = temporaryRepository();
    repository.write('.nvmrc', 'v20.19.5\n');
    repository.write('web/package.json', '{"name":"é"}');
    repository.write('web/yarn.lock', 'long');
    repository.write('pnpm-lock.yaml/not-a-file', '');
    const commit = repository.commit('one');
    repository.write('.nvmrc', '24\n');
    repository.write('package.json', '{}');
    const files = await readProjectFiles(
      await openRepository(repository.folder),
      commit,
      askedFiles('web', '.nvmrc'),
    );
    expect([...files].sort()).toEqual([
      ['.nvmrc', 'v20.19.5\n'],
      ['web/package.json', '{"name":"é"}'],
      ['web/yarn.lock', ''],
    ]);
    expect(nearest(files, 'web', '.nvmrc')).toEqual({ path: '.nvmrc', text: 'v20.19.5\n' });
    expect(nearest(files, 'web', 'package.json')?.path).toBe('web/package.json');
    expect(nearest(files, undefined, 'package.json')).toBeUndefined();
  });

  it('refuses a file that is too large', async () => {
    const repository = temporaryRepository();
    repository.write('package.json', ' '.repeat(MOST_BYTES + 1));
    const commit = repository.commit('one');
    await expect(
      readProjectFiles(
        await openRepository(repository.folder),
        commit,
        askedFiles(undefined, undefined),
      ),
    ).rejects.toThrow(`Cannot read package.json of ${commit.slice(0, 10)}: it is larger than`);
  });
});
