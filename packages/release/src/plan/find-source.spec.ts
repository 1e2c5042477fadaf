import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Environment } from '@fairness-deploy/core';
import { describe, expect, it } from 'vitest';
import { findSource } from './find-source.js';
import { releaseSchema } from '../section/section.js';
import { application } from '../testing/application.js';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';

const environmentIn = (workspace: string): Environment => ({
  name: 'prod',
  workspace,
  folder: join(workspace, 'environments/prod'),
  hosts: [],
  application,
  sections: {},
});
const find = (
  workspace: string,
  section: object = {},
  revision?: string,
): ReturnType<typeof findSource> =>
  findSource(environmentIn(workspace), releaseSchema.parse(section), revision);

describe('findSource()', () => {
  it("takes the workspace's own repository and its branch unless told", async () => {
    const { folder, commit } = temporaryRepository();
    const head = commit('A greeting "with quotes"');
    expect(await find(folder)).toMatchObject({
      commit: head,
      subject: 'A greeting "with quotes"',
      author: 'Ana Gomes',
      warnings: [],
    });
  });

  it("finds a path from the environment's folder, and prefers the command line's revision", async () => {
    const { folder, git, commit, write } = temporaryRepository();
    const first = commit('one');
    git('branch', 'old');
    commit('two');
    write('environments/prod/environment.yaml', '');
    const source = await find(folder, { repository: '../..', revision: 'main' }, 'old');
    expect(source.commit).toBe(first);
  });

  it('warns of uncommitted changes on the branch that is deployed, and only there', async () => {
    const { folder, git, commit, write } = temporaryRepository();
    commit('one');
    git('branch', 'other');
    write('a\u001b[31m', 'x');
    expect((await find(folder)).warnings).toEqual([
      `uncommitted changes in ${folder} are not deployed: "a\\u001b[31m"`,
    ]);
    commit('two');
    write('b', 'x');
    expect((await find(folder, { revision: 'other' })).warnings).toEqual([]);
  });

  it('refuses a commit with submodules in the application, and warns of others', async () => {
    const { folder, git, commit, write } = temporaryRepository();
    write('apps/web/x', '');
    const first = commit('one');
    git('update-index', '--add', '--cacheinfo', `160000,${first},libs/ui`);
    git('commit', '--quiet', '--message=two');
    await expect(find(folder, {}, 'main')).rejects.toThrow(
      'it has submodules, which git does not send: "libs/ui"',
    );
    const { warnings } = await find(folder, { directory: 'apps/web' }, 'main');
    expect(warnings.at(-1)).toContain('submodules outside of apps/web are not deployed');
  });

  it('says what is wrong with a folder that is no repository, or is not there', async () => {
    const folder = temporaryFolder();
    await expect(find(folder)).rejects.toThrow(/not a git repository that can be read/);
    await expect(find(folder, { repository: '/nonexistent' })).rejects.toThrow(
      'Cannot deploy from /nonexistent: there is no such folder',
    );
  });

  it('says that the commit has no such folder', async () => {
    const { folder, commit, write } = temporaryRepository();
    write("apps/it's $(id) é/x", 'x');
    write('apps/file', 'x');
    commit('one');
    expect((await find(folder, { directory: "apps/it's $(id) é" })).subject).toBe('one');
    await expect(find(folder, { directory: 'apps/file' })).rejects.toThrow('has no folder');
    await expect(find(folder, { directory: 'apps/web' })).rejects.toThrow(
      'has no folder "apps/web"',
    );
  });

  it("isn't led astray by the environment that git sets for its hooks", async () => {
    const { folder, commit } = temporaryRepository();
    const head = commit('one');
    process.env['GIT_DIR'] = '/nonexistent';
    try {
      expect((await find(folder)).commit).toBe(head);
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('knows the migrations of a commit by their folder, else by the commit itself', async () => {
    const { folder, write, commit } = temporaryRepository();
    write('migrations/1.sql', 'x');
    const first = commit('one');
    write('other', 'x');
    const second = commit('two');
    write('migrations/2.sql', 'x');
    const third = commit('three');
    const all = async (section: object): Promise<readonly string[]> =>
      Promise.all(
        [first, second, third].map(
          async (revision) => (await find(folder, section, revision)).migrationsDigest,
        ),
      );
    const [one, two, three] = await all({ migrations: 'migrations' });
    expect(one).toMatch(/^[0-9a-f]{40}$/);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
    expect(await all({ migrate: 'x' })).toEqual([first, second, third]);
    expect(await all({})).toEqual(['', '', '']);
    expect(await all({ migrate: 'x', migrations: 'none' })).toEqual(['', '', '']);
  });

  it('warns of commits of the branch that are not pushed to the URL', async () => {
    const { folder, commit } = temporaryRepository();
    const head = commit('one');
    const workspace = join(temporaryFolder(), 'clone');
    execFileSync('git', ['clone', '--quiet', `file://${folder}`, workspace]);
    const repository = `file://${folder}`;
    expect((await find(workspace, { repository })).warnings).toEqual([]);
    execFileSync('git', [
      ...['-C', workspace, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.org'],
      ...['commit', '--quiet', '--allow-empty', '--message=two'],
    ]);
    const source = await find(workspace, { repository });
    expect(source.commit).toBe(head);
    expect(source.warnings).toEqual([
      `1 commit of main in ${workspace} is not pushed, and not deployed`,
    ]);
    // A commit that the URL has, and this clone has not.
    commit('three');
    expect((await find(workspace, { repository })).warnings).toEqual([]);
  });

  it('finds the commit of a URL', async () => {
    const { folder, commit } = temporaryRepository();
    const head = commit('one');
    execFileSync('git', ['-C', folder, 'tag', 'v1']);
    const source = await find('/', { repository: `file://${folder}` }, 'v1');
    expect(source).toMatchObject({ commit: head, subject: `v1 of file://${folder}` });
  });
});

describe('findSource() for a runtime', () => {
  const withNode = (workspace: string, node: object | undefined, section: object = {}) => {
    const { name, user, home, env, processes, static: files } = application;
    const own = {
      ...{ name, user, home, env, processes, static: files },
      ...(node && { node: { mirror: 'https://mirror.example', ...node } }),
    };
    const environment = { ...environmentIn(workspace), application: own };
    return findSource(environment, releaseSchema.parse(section), undefined);
  };

  it('reads the files of the commit, and asks for the index only when there is a choice', async () => {
    const { folder, commit, write } = temporaryRepository();
    write('.nvmrc', '24');
    write('package.json', '{}');
    commit('one');
    write('.nvmrc', 'v24.11.1');
    const mirror = 'https://mirror.example';
    const choice = await withNode(folder, { file: '.nvmrc' });
    expect(choice).toMatchObject({ mirror });
    expect(choice.files).toEqual(
      new Map([
        ['package.json', '{}'],
        ['.nvmrc', '24'],
      ]),
    );
    expect((await withNode(folder, { version: 'lts' })).mirror).toBe(mirror);
    expect((await withNode(folder, { version: '24.11.1' })).mirror).toBeUndefined();
    commit('two');
    expect((await withNode(folder, { file: '.nvmrc' })).mirror).toBeUndefined();
    const none = await withNode(folder, undefined);
    expect([none.files, none.mirror]).toEqual([undefined, undefined]);
  });

  it('refuses a commit without the file before it contacts a host', async () => {
    const { folder, commit } = temporaryRepository();
    commit('one');
    await expect(withNode(folder, { file: '.nvmrc' })).rejects.toThrow(
      'the commit has no file .nvmrc',
    );
  });

  it('lets a host that fetches the commit read its files', async () => {
    const commit = 'a'.repeat(40);
    const section = { repository: 'https://git.example/shop.git', revision: commit };
    const source = await withNode('/', { file: '.nvmrc' }, section);
    expect(source).toMatchObject({
      mirror: 'https://mirror.example',
      files: {
        commit,
        url: { url: 'https://git.example/shop.git' },
        asked: { texts: ['package.json', '.nvmrc'] },
      },
    });
    expect((await withNode('/', { version: '24.11.1' }, section)).mirror).toBeUndefined();
  });
});
