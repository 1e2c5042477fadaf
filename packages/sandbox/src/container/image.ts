import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGatewayConfiguration } from '../gateway/configuration.js';
import { withTemporaryGateway } from '../gateway/temporary.js';
import type { DebianRelease } from '../machine/registries.js';
import { command } from '../system/command.js';
import { withLock } from '../system/lock.js';
import type { Report } from '../system/report.js';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { askWhether } from './ask.js';
import type { Engine } from './engine.js';

const folder = join(__dirname, '../../images/debian');
const repository = 'localhost/fairness-deploy-sandbox';

/** The name of the image of a release: another Dockerfile, another name. */
export function imageOf(release: DebianRelease): string {
  const recipe = readFileSync(join(folder, 'Dockerfile'));
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return `${repository}:${release}-${digest}`;
}

/** The public image that the Dockerfile starts from. */
export const baseImageOf = (release: DebianRelease): string =>
  `docker.io/library/debian:${release}-slim`;

/**
 * Builds the image of a release unless it exists.
 * @param closed whether only the gateway has packages for it
 * @throws HintedError when the engine can't get the base image, or apt fails.
 */
export async function buildImage(
  engine: Engine,
  release: DebianRelease,
  closed: boolean,
  report: Report,
): Promise<string> {
  const image = imageOf(release);
  if (await exists(engine, image)) return image;
  await withLock(
    `image-${engine.program}-${release}`,
    async () => {
      if (await exists(engine, image)) return;
      report(`Building the image of Debian ${release}, once on this machine (about a minute)`);
      try {
        await build(engine, image, release, closed);
      } catch (cause) {
        throw new HintedError(`Cannot build the image of the hosts: ${failureOf(cause).message}`, {
          hint: `See whether ${engine.program} gets Debian: ${engine.program} pull ${baseImageOf(release)}`,
          cause,
        });
      }
      await removeOlder(engine, release, image);
    },
    () => {
      report('Waiting for another process that is building the image');
    },
  );
  return image;
}

const exists = async ({ program }: Engine, image: string): Promise<boolean> =>
  (await askWhether(program, ['image', 'inspect', '--format', '{{.Id}}', image])) !== undefined;

async function build(
  { program, globalOptions }: Engine,
  image: string,
  release: DebianRelease,
  closed: boolean,
): Promise<void> {
  const words = (...options: readonly string[]): readonly string[] => [
    ...[...globalOptions, 'build', '--quiet', '--tag', image, '--build-arg', `RELEASE=${release}`],
    ...[...options, folder],
  ];
  if (!closed) {
    await command(program, words());
    return;
  }
  await withTemporaryGateway(await readGatewayConfiguration(), async (proxy) => {
    await command(program, words('--network=host', '--build-arg', `http_proxy=${proxy}`));
  });
}

/** Removes the images of older recipes; those of running hosts stay, and go with a later build. */
async function removeOlder({ program }: Engine, release: string, image: string): Promise<void> {
  const listed = await askWhether(program, [
    ...['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter'],
    `reference=${repository}:${release}-*`,
  ]);
  for (const older of (listed ?? '').split('\n')) {
    if (older.startsWith(`${repository}:${release}-`) && older !== image) {
      await askWhether(program, ['image', 'rm', older]);
    }
  }
}
