import { withLock } from '../../system/lock.js';
import { isAlive } from '../../system/process-identity.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { boot, halt } from './boot.js';
import { shutDownNspawn } from './nspawn-process.js';
import { hostId, type HostKey } from '../../driver/host-id.js';
import { type HostRecord, readRecord } from '../records/host-record.js';
import { describe, type NspawnHost } from './nspawn-host.js';

/**
 * Cuts a host's power: all its processes end at once, its disk stays as it is.
 * @throws HintedError when there is no such host.
 */
export async function powerOff(key: HostKey): Promise<void> {
  await withLock(`host-${hostId(key)}`, () => halt(existing(key)));
}

/**
 * Shuts a host down in order, as `systemctl poweroff` in it does; its disk stays.
 * @throws HintedError when there is no such host.
 */
export async function shutDown(key: HostKey): Promise<void> {
  await withLock(`host-${hostId(key)}`, async () => {
    const record = existing(key);
    await shutDownNspawn(record);
    await halt(record);
  });
}

/**
 * Boots a host that is off with its disk; a running one is left alone.
 * @throws HintedError when there is no such host, or it doesn't boot.
 */
export async function powerOn(key: HostKey): Promise<NspawnHost> {
  return await withLock(`host-${hostId(key)}`, async () => {
    const record = existing(key);
    return describe(isAlive(record.starter) ? record : await boot(record));
  });
}

/** The host's record. @throws HintedError when there is none. */
export function existing(key: HostKey): HostRecord {
  const record = readRecord(hostId(key));
  if (record !== undefined) return record;
  throw new HintedError(
    `Cannot find host "${key.name}": workspace "${key.workspace}" has no such sandbox`,
    { hint: 'Bring it up first' },
  );
}
