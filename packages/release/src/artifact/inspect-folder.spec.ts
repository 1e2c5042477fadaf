import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { inspectFolder } from './inspect-folder.js';

/** A workspace with files; a path that ends in / is an empty folder. */
function workspace(...paths: readonly string[]): string {
  const folder = temporaryFolder();
  for (const path of paths) {
    const place = join(folder, path);
    mkdirSync(path.endsWith('/') ? place : dirname(place), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(place, 'x');
  }
  return folder;
}

const inspect = (folder: string): ReturnType<typeof inspectFolder> =>
  inspectFolder(folder, 'dist', 'web:build');

describe('inspectFolder()', () => {
  it('counts files and links', async () => {
    const folder = workspace('dist/main.js', 'dist/node_modules/a/index.js');
    symlinkSync('../a/index.js', join(folder, 'dist/node_modules/a.js'));
    expect(await inspect(folder)).toEqual({ folder: join(folder, 'dist'), files: 3, warnings: [] });
  });

  it('warns of empty folders', async () => {
    const { warnings } = await inspect(workspace('dist/main.js', 'dist/a/b/', 'dist/c/x'));
    expect(warnings).toEqual(['empty folders of dist are not sent: "a/b"']);
  });

  it('warns of links to what stays here', async () => {
    const folder = workspace('dist/main.js', 'libs/x.js');
    symlinkSync('../libs/x.js', join(folder, 'dist/relative'));
    symlinkSync(join(folder, 'libs'), join(folder, 'dist/absolute'));
    symlinkSync('/etc/ssl', join(folder, 'dist/system'));
    const { warnings } = await inspect(folder);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /which the host lacks: ("absolute", "relative"|"relative", "absolute")$/,
    );
  });

  it.each([
    ['is missing', workspace, [], 'there is no such folder in the workspace after web:build'],
    ['is empty', workspace, ['dist/a/'], 'there is no file in it after web:build has run'],
    ['is a file', workspace, ['dist'], 'it cannot be read'],
    ['is a repository', workspace, ['dist/x', 'dist/.git/HEAD'], 'git repository in it'],
    ['has one', workspace, ['dist/x', 'dist/a/.git'], 'leave out: "a/.git"'],
  ])('refuses a folder that %s', async (_, make, paths, message) => {
    await expect(inspect(make(...paths))).rejects.toThrow(message);
  });

  it('refuses what is reached by a link out of the workspace', async () => {
    const folder = workspace('x');
    symlinkSync(workspace('secret'), join(folder, 'dist'));
    await expect(inspect(folder)).rejects.toThrow('leads out of the workspace');
  });

  it('refuses what is no file', async () => {
    const folder = workspace('dist/x');
    execFileSync('mkfifo', [join(folder, 'dist/pipe')]);
    await expect(inspect(folder)).rejects.toThrow('neither files nor links: "pipe"');
  });
});
