import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command } from '../system/command.js';
import { paths } from '../system/paths.js';
import type { GatewayConfiguration } from './configuration.js';
import { gateway } from './endpoint.js';
import { nodeFiles } from './node-archive-name.js';
import { needNpm } from './npm-mirror.js';
import { npmVersionOf } from './npm-versions.js';

/** Change the name when the archives' content changes: then older ones are no longer used. */
const cache = paths.cache('node-3');

const running = new Map<string, Promise<string>>();

/**
 * Makes the archives of a Node.js version, in the layout of the official ones, unless they exist:
 * from the npm packages `node-linux-<architecture>` and `npm`.
 * @returns the folder that holds them.
 * @throws HintedError when the registry lacks that version.
 */
export async function nodeArchives(
  configuration: GatewayConfiguration,
  version: string,
): Promise<string> {
  const folder = join(cache, `v${version}`);
  if (existsSync(folder)) return folder;
  const build = running.get(version) ?? makeArchives(configuration, version, folder);
  running.set(version, build);
  try {
    return await build;
  } finally {
    running.delete(version);
  }
}

async function makeArchives(
  configuration: GatewayConfiguration,
  version: string,
  folder: string,
): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const beside = await mkdtemp(join(dirname(folder), '.making-'));
  try {
    const [sums = '', ...archives] = nodeFiles(version, process.arch);
    const name = `node-v${version}-linux-${process.arch}`;
    await layOut(configuration, version, join(beside, name));
    await Promise.all(
      archives.map((archive) => {
        const compress = archive.endsWith('.xz') ? 'xz -1' : 'gzip -1';
        const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
        const args = ['-C', beside, '-I', compress, ...owner, '-cf', join(beside, archive), name];
        return command('tar', args);
      }),
    );
    await rm(join(beside, name), { recursive: true });
    await writeFile(join(beside, sums), await checksums(beside, archives));
    await rename(beside, folder);
    return folder;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function layOut(
  configuration: GatewayConfiguration,
  version: string,
  root: string,
): Promise<void> {
  const npmFolder = join(root, 'lib/node_modules/npm');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(npmFolder, { recursive: true });
  await Promise.all([
    layOutNode(configuration, version, root),
    layOutNpm(configuration, version, npmFolder),
  ]);
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'bin/npm'));
  await symlink('../lib/node_modules/npm/bin/npx-cli.js', join(root, 'bin/npx'));
  // npm's built-in configuration holds in every process, whatever its user and environment are.
  const settings = `registry=${gateway.npmRegistry}\nreplace-registry-host=always\n`;
  await writeFile(join(npmFolder, 'npmrc'), settings);
}

async function layOutNode(
  configuration: GatewayConfiguration,
  version: string,
  root: string,
): Promise<void> {
  const name = `node-linux-${process.arch}`;
  try {
    const tarball = await needNpm(configuration, `${name}/-/${name}-${version}.tgz`);
    const options = ['--strip-components=1', '--no-same-owner'];
    await command('tar', ['-C', root, ...options, '-xzf', tarball]);
    await rm(join(root, 'package.json'), { force: true });
  } catch (error) {
    // This machine's own, where the registry lacks just that version.
    if (version !== process.versions.node) throw error;
    await copyFile(await realpath(process.execPath), join(root, 'bin/node'));
  }
}

async function layOutNpm(
  configuration: GatewayConfiguration,
  version: string,
  folder: string,
): Promise<void> {
  // An outer value: the registry's, checked by use.
  const wanted = npmVersionOf(version) ?? 'latest';
  const manifest = JSON.parse(
    await readFile(await needNpm(configuration, `npm/${wanted}`), 'utf8'),
  ) as {
    version: string;
  };
  const tarball = await needNpm(configuration, `npm/-/npm-${manifest.version}.tgz`);
  const options = ['--strip-components=1', '--no-same-owner'];
  await command('tar', ['-C', folder, ...options, '-xzf', tarball]);
}

/** The text of SHASUMS256.txt for files of a folder. */
async function checksums(folder: string, files: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    files.map(async (file) => {
      const digest = createHash('sha256').update(await readFile(join(folder, file)));
      return `${digest.digest('hex')}  ${file}\n`;
    }),
  );
  return lines.join('');
}
