import { command } from '../../system/command.js';
import { removeLock, withLock } from '../../system/lock.js';
import { paths } from '../../system/paths.js';
import { halt, releaseNetwork } from './boot.js';
import { hostId, type HostKey } from '../../driver/host-id.js';
import { readRecord } from '../records/host-record.js';
import { removeUnusedDisks } from './unused-disks.js';

/**
 * Removes a host: processes, disk, network, and with the last running one the gateway and the
 * bridge as well. Does nothing when there is no such host.
 */
export async function stopNspawnHost(key: HostKey, { locked = false } = {}): Promise<void> {
  const id = hostId(key);
  const lock = `host-${id}`;
  const stop = async (): Promise<void> => {
    const record = readRecord(id);
    if (record !== undefined) await halt(record);
    await releaseNetwork();
    await command('rm', ['-rf', '--one-file-system', paths.host(id).folder]);
    await withLock('layers', removeUnusedDisks);
    await removeLock(lock);
  };
  await (locked ? stop() : withLock(lock, stop));
}
