import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, query } from '../../system/command.js';
import { readGatewayConfiguration } from '../../gateway/configuration.js';
import { withTemporaryGateway } from '../../gateway/temporary.js';
import { usedBases } from '../records/used-bases.js';
import { withLock } from '../../system/lock.js';
import {
  type AptRegistries,
  type DebianRelease,
  readAptRegistries,
} from '../../machine/registries.js';
import { paths } from '../../system/paths.js';
import type { Report } from '../../system/report.js';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import {
  accountNumbers,
  baseFiles,
  baseKey,
  disabledTimers,
  packages,
  removedAfterwards,
} from './recipe.js';

/**
 * Builds the root that hosts are overlays of, unless it exists and its recipe hasn't changed. It
 * appears whole or not at all; two builds at a time build it once.
 * @returns its key.
 * @throws HintedError when debootstrap or apt fails.
 */
export async function buildBase(report: Report, release: DebianRelease): Promise<string> {
  const registries = await readAptRegistries(release);
  const key = baseKey(registries);
  if (existsSync(paths.base(key))) return key;
  return await withLock(
    `base-${registries.codename}`,
    async () => {
      if (!existsSync(paths.base(key))) await build(key, registries, report);
      return key;
    },
    () => {
      report('Waiting for another process that is building the Debian root');
    },
  );
}

async function build(key: string, registries: AptRegistries, report: Report): Promise<void> {
  report(`Building a Debian ${registries.codename} root, once on this machine (about a minute)`);
  // A name of its own: processes of an interrupted build may take a moment to end.
  const beside = await emptyFolder(registries.codename);
  try {
    await withTemporaryGateway(await readGatewayConfiguration(), (proxy) =>
      fill(beside, registries, proxy),
    );
    // mkdtemp() makes folders that only root may enter.
    await chmod(beside, 0o755);
    await rename(beside, paths.base(key));
  } catch (cause) {
    await command('rm', ['-rf', '--one-file-system', beside]);
    const { message, hint = 'See whether this machine gets packages itself: apt-get update' } =
      failureOf(cause);
    throw new HintedError(`Cannot build the Debian root: ${message}`, { hint, cause });
  }
}

async function emptyFolder(codename: string): Promise<string> {
  await mkdir(paths.bases, { recursive: true });
  await removeLeftovers(codename);
  return await mkdtemp(join(paths.bases, `.building-${codename}-`));
}

/**
 * Runs a program with mounts and processes of its own, all of which end with this process in every
 * case: nothing may write half a root any further.
 */
function confined(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const confinement = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork'];
  return command('setpriv', [...confinement, '--kill-child', file, ...args], { env });
}

async function fill(root: string, registries: AptRegistries, proxy: string): Promise<void> {
  const main = registries.sources.find(({ suite }) => suite === registries.codename);
  const mirror = (main?.uri ?? '').replace(/^https:/, 'http:');
  const env = { ...process.env, http_proxy: proxy, DEBIAN_FRONTEND: 'noninteractive' };
  const include = `--include=${packages.join(',')}`;
  await confined(
    'debootstrap',
    ['--variant=minbase', include, registries.codename, root, mirror],
    env,
  );
  await writeFiles(root, baseFiles(registries));
  const aptOptions = ['-o', `Acquire::http::Proxy=${proxy}`, '-o', 'Acquire::http::Timeout=300'];
  const apt = (...args: string[]): Promise<string> =>
    confined('chroot', [root, 'apt-get', '-q', '-y', ...aptOptions, ...args], env);
  await apt('update');
  await apt('dist-upgrade');
  await apt('clean');
  await command('chroot', [root, 'systemctl', 'disable', ...disabledTimers], { env });
  await command('chroot', [root, 'sh', '-ec', accountNumbers], { env });
  for (const path of removedAfterwards) await rm(join(root, path), { force: true });
  await writeFiles(root, baseFiles(registries));
}

/** Writes files of a root from outside, by their path within. */
async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/**
 * Removes the rest of an interrupted build, and older bases of the same release that no host and no
 * layer uses.
 */
async function removeLeftovers(codename: string): Promise<void> {
  const prefixes = [`${codename}-`, `.building-${codename}-`];
  // The lock under which hosts are recorded.
  await withLock('layers', async () => {
    const used = usedBases();
    for (const name of await readdir(paths.bases)) {
      if (used.has(name) || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
      // What can't be removed now is the next build's.
      await query('rm', ['-rf', '--one-file-system', paths.base(name)]);
    }
  });
}
