import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { findSource, type Source } from '../plan/find-source.js';
import { git, gitOutput } from '../git/git.js';
import { releaseSchema } from '../section/section.js';
import { builtWorkspace, type BuiltWorkspace } from '../testing/built-workspace.js';
import { repositoryIn } from '../testing/repository-in.js';

const BUILD = `
const { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('fs');
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/web/node_modules/dep', { recursive: true });
writeFileSync('dist/web/main.js', readFileSync('main.js'));
writeFileSync('dist/web/start', '#!/bin/sh\\n');
chmodSync('dist/web/start', 0o755);
symlinkSync('main.js', 'dist/web/index.js');
writeFileSync('dist/web/.gitignore', '*');
writeFileSync('dist/web/.gitattributes', '* text eol=crlf ident filter=lfs working-tree-encoding=UTF-16');
writeFileSync('dist/web/crlf', 'a\\r\\nb\\n$Id$\\0');
writeFileSync('dist/web/node_modules/dep/odd\\n"name"', '');
`;

const artifact = { target: 'web:build', path: 'dist/web' };

function workspace(build = BUILD, ...options: readonly string[]): BuiltWorkspace {
  const made = builtWorkspace(build, ...options);
  made.write('main.js', 'one');
  return made;
}

async function find(
  { environment }: BuiltWorkspace,
  section: object = {},
  revision?: string,
): Promise<Source & Required<Pick<Source, 'artifact'>> & { readonly said: readonly string[] }> {
  const said: string[] = [];
  const source = await findSource(
    environment,
    releaseSchema.parse({ artifact, ...section }),
    revision,
    (line) => said.push(line),
  );
  if (!source.artifact) throw new Error('no artifact');
  return { ...source, artifact: source.artifact, said };
}

/** What git prints of an artifact. */
async function printed(
  { artifact: { repository } }: Required<Pick<Source, 'artifact'>>,
  ...args: string[]
) {
  return (await gitOutput('Cannot', args, repository)).toString();
}

describe('findArtifact()', () => {
  it('makes a commit of what was built, as it is', async () => {
    const site = workspace();
    const commit = site.commit('A greeting');
    const source = await find(site);
    expect(source).toMatchObject({
      commit,
      subject: 'A greeting',
      author: 'Ana Gomes',
      warnings: [],
      migrationsDigest: '',
    });
    expect(source.said[0]).toBe('building web:build');
    expect(source.said[1]).toMatch(/^web:build succeeded after \d+\.\d s: 7 files in dist\/web$/);
    const made = source.artifact.commit;
    const files = (await printed(source, 'ls-tree', '-r', '-z', made)).split('\0');
    expect(files.map((file) => file.replace(/ .*\t/, ' ')).filter(Boolean)).toEqual([
      '100644 .gitattributes',
      '100644 .gitignore',
      '100644 crlf',
      '120000 index.js',
      '100644 main.js',
      '100644 node_modules/dep/odd\n"name"',
      '100755 start',
    ]);
    expect(await printed(source, 'cat-file', 'blob', `${made}:crlf`)).toBe('a\r\nb\n$Id$\0');
    expect(await printed(source, 'show', '-s', '--format=%an %ae %cn%n%B', made)).toBe(
      `Ana Gomes ana@permacoop.example Ana Gomes\nA greeting\n\ndist/web as web:build has built it.\n\nSource: ${commit}\n\n`,
    );
  });

  it('makes the same commit of the same content, on any machine', async () => {
    const site = workspace();
    site.commit('one');
    const first = await find(site);
    rmSync(join(site.folder, 'node_modules/.cache'), { recursive: true });
    const again = await find(site);
    expect(again.artifact.commit).toBe(first.artifact.commit);
    expect(again.artifact.known).toEqual([]);
    expect((await find(site)).artifact.known).toEqual([first.artifact.commit]);
    site.write('main.js', 'two');
    site.commit('two');
    const other = await find(site);
    expect(other.artifact.commit).not.toBe(first.artifact.commit);
    expect(other.artifact.known).toEqual([first.artifact.commit]);
  });

  it("leaves the user's repository as it is", async () => {
    const site = workspace();
    site.commit('one');
    const all = (): readonly string[] => [
      site.git('for-each-ref'),
      site.git('count-objects', '-v'),
      site.git('status', '--porcelain'),
      readFileSync(join(site.folder, '.git/config'), 'utf8'),
    ];
    const before = all();
    await find(site);
    expect(all()).toEqual(before);
  });

  it('warns of uncommitted changes, which are built too, but not of what is built', async () => {
    const site = workspace();
    site.write('.gitignore', 'node_modules\n');
    site.commit('one');
    const clean = await find(site);
    expect((await find(site)).warnings).toEqual([]);
    site.write('dist/other/x', 'x');
    site.write('main.js', 'changed');
    const source = await find(site);
    expect(source.warnings).toEqual([
      `uncommitted changes in ${site.folder} are built and deployed as well: "main.js", "dist/other/x"`,
    ]);
    expect(source.subject).toBe('one (with uncommitted changes)');
    expect(source.commit).toBe(clean.commit);
    expect(source.artifact.commit).not.toBe(clean.artifact.commit);
  });

  it('builds only what is checked out', async () => {
    const site = workspace();
    site.commit('one');
    site.git('branch', 'old');
    const head = site.commit('two');
    expect((await find(site, {}, 'main')).commit).toBe(head);
    await expect(find(site, {}, 'old')).rejects.toThrow(
      saying(
        'Cannot deploy "old": it isn\'t checked out, and web:build builds what is\n  → check it out first: git switch --detach old',
      ),
    );
  });

  it('refuses a build during which another commit was checked out', async () => {
    const site = workspace(`${BUILD}
      require('child_process').execSync('git -c user.name=x -c user.email=x@x commit -q --allow-empty -m next');`);
    site.commit('one');
    await expect(find(site)).rejects.toThrow('another commit was checked out while web:build');
  });

  it('finds the migrations and the folder of the application in what was built', async () => {
    const site = workspace();
    site.commit('one');
    const { migrationsDigest } = await find(site, { migrations: 'node_modules' });
    expect(migrationsDigest).toMatch(/^[0-9a-f]{40}$/);
    const { artifact: made, migrationsDigest: any } = await find(site, { migrate: 'true' });
    expect(any).toBe(made.commit);
    await find(site, { directory: 'node_modules/dep' });
    await expect(find(site, { directory: 'apps' })).rejects.toThrow('it has no folder "apps"');
  });

  it('refuses pointers of Git LFS among the files', async () => {
    const site = workspace();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a2146'.repeat(8)}\nsize 12345\n`;
    site.write('main.js', pointer);
    site.commit('one');
    await expect(find(site)).rejects.toThrow(
      saying(/the host would get pointers to them: "main\.js"\n {2}→ get them, .*git lfs pull/),
    );
  });

  it('builds of a shallow clone, as long as it has the commit', async () => {
    const origin = workspace();
    origin.commit('one');
    const head = origin.commit('two');
    const site = workspace();
    rmSync(join(site.folder, '.git'), { recursive: true });
    for (const file of ['.gitignore', 'build.js', 'main.js', 'package.json'])
      rmSync(join(site.folder, file));
    const clone = repositoryIn(site.folder);
    clone.git('fetch', '--quiet', '--depth=1', `file://${origin.folder}`, 'main');
    clone.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
    expect((await find(site)).commit).toBe(head);
  });

  it('takes hashes of SHA-256 where the source has them', async () => {
    const site = workspace(BUILD, '--object-format=sha256');
    site.commit('one');
    expect((await find(site)).artifact.commit).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says what is wrong with a folder that is no repository', async () => {
    const site = workspace();
    rmSync(join(site.folder, '.git'), { recursive: true });
    await expect(find(site)).rejects.toThrow(saying('an artifact is named after the commit'));
  });

  it('can be read by the git of any user', async () => {
    const site = workspace();
    site.git('config', 'user.name', 'x');
    site.commit('ümlaut "quoted" <x>');
    const { artifact: made } = await find(site);
    const { status, stderr } = await git(['fsck', '--strict', made.commit], made.repository);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
