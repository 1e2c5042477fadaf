import type { Driver } from '../driver/driver.js';
import { hostId, type HostKey } from '../driver/host-id.js';
import { withLock } from '../system/lock.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { ask } from './ask.js';
import { containerOf, listed, withState } from './container-host.js';
import { containerRecords } from './container-labels.js';
import { containerName, type ContainerRecord, readContainerRecord } from './container-record.js';
import { engineProblems } from './engine.js';
import { buildImage } from './image.js';
import { isOutsideClosed } from './outside.js';
import { bootContainer, needEngine, startContainerHost } from './start-container.js';
import { stopContainerHost } from './stop-container.js';

/** Hosts as containers of Podman or Docker: on any system that has an engine, without root where it needs none. */
export const CONTAINER: Driver = {
  name: 'container',
  needs: 'Podman or Docker',
  problems: engineProblems,
  describe: async () => (await needEngine()).title,
  prepare: async () => {
    await needEngine();
  },
  makeBase: async (release, report) => {
    await buildImage(await needEngine(), release, await isOutsideClosed(), report);
  },
  start: startContainerHost,
  stop: stopContainerHost,
  find: async (key) => {
    const record = readContainerRecord(hostId(key));
    return record && (await withState(record));
  },
  list: async () => Promise.all((await containerRecords()).map(listed)),
  powerOff: (key) => locked(key, kill),
  powerOn: async (key) => {
    const engine = await needEngine();
    return await locked(key, (record) => bootContainer(engine, record));
  },
};

async function kill(record: ContainerRecord): Promise<void> {
  if ((await containerOf(record))?.running !== true) return;
  await ask(record.engine, ['kill', containerName(record)]);
}

/** @throws HintedError when there is no such host. */
async function locked<T>(
  key: HostKey,
  action: (record: ContainerRecord) => Promise<T>,
): Promise<T> {
  return await withLock(`container-${hostId(key)}`, async () => {
    const record = readContainerRecord(hostId(key));
    if (record !== undefined) return await action(record);
    throw new HintedError(
      `Cannot find host "${key.name}": workspace "${key.workspace}" has no such sandbox`,
      { hint: 'Bring it up first' },
    );
  });
}
