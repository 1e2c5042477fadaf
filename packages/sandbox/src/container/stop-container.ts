import { rm } from 'node:fs/promises';
import { hostId, type HostKey } from '../driver/host-id.js';
import { removeLock, withLock } from '../system/lock.js';
import { paths } from '../system/paths.js';
import { ask, askWhether } from './ask.js';
import { containerOf } from './container-host.js';
import { containerRecords, isOwn } from './container-labels.js';
import { releaseContainerNetwork } from './container-network.js';
import { containerName, type ContainerRecord, readContainerRecord } from './container-record.js';

/**
 * Removes a host, and with the last one its network and gateway. The image stays, as the base of
 * the next one. Does nothing when there is no such host.
 */
export async function stopContainerHost(key: HostKey): Promise<void> {
  const id = hostId(key);
  const known = (await containerRecords()).find((record) => record.id === id);
  if (known === undefined) return;
  const lock = `container-${id}`;
  await withLock(lock, async () => {
    await removeContainer(readContainerRecord(id) ?? known);
    await removeLock(lock);
  });
}

/**
 * Removes all that is there of a host. Call it while holding its lock.
 * @throws HintedError when the engine doesn't answer, or can't remove it.
 */
export async function removeContainer(record: ContainerRecord): Promise<void> {
  const container = containerName(record);
  const there = await containerOf(record);
  // `rm --force` fails in some versions where there is none, and in others not.
  if (there !== undefined && isOwn(there)) {
    // At once: its disk goes as well. It may be off.
    await askWhether(record.engine, ['kill', container]);
    await ask(record.engine, ['rm', '--force', '--volumes', container]);
  }
  await rm(paths.container(record.id).folder, { recursive: true, force: true });
  await releaseContainerNetwork({ program: record.engine });
}
