import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../container/engine.js';
import { baseImageOf, buildImage } from '../container/image.js';
import { isOutsideClosed } from '../container/outside.js';
import { needEngine } from '../container/start-container.js';
import { DEFAULT_RELEASE } from '../driver/sandbox-host.js';
import type { DebianRelease } from '../machine/registries.js';
import { buildBase } from '../nspawn/base/build-base.js';
import { query } from '../system/command.js';
import { withLock } from '../system/lock.js';
import { paths } from '../system/paths.js';
import type { Report } from '../system/report.js';

/**
 * Builds the image of the hosts, for tests, also where no image can be pulled: there the engine gets this
 * machine's Debian root under the name of the public image.
 * @throws HintedError when there is no engine, or the root or the image can't be made.
 */
export async function prepareContainers(
  report: Report,
  release: DebianRelease = DEFAULT_RELEASE,
): Promise<void> {
  const engine = await needEngine();
  const closed = await isOutsideClosed();
  if (closed) await importBase(engine, release, report);
  await buildImage(engine, release, closed, report);
}

async function importBase(
  { program }: Engine,
  release: DebianRelease,
  report: Report,
): Promise<void> {
  const image = baseImageOf(release);
  const base = paths.base(await buildBase(report, release));
  await withLock(`import-${release}`, async () => {
    if ((await query(program, ['image', 'inspect', image])) !== undefined) return;
    report(`Importing ${base} as ${image}`);
    const tar = spawn('tar', ['-C', base, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const engine = spawn(program, ['import', '-', image], { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = [once(tar, 'exit'), once(engine, 'exit')];
    await pipeline(tar.stdout, engine.stdin);
    await Promise.all(ended);
    if (tar.exitCode !== 0 || engine.exitCode !== 0) {
      throw new Error(`Cannot import ${base} as ${image}`);
    }
  });
}
