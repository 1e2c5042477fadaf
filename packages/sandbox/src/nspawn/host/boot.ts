import { readdirSync } from 'node:fs';
import { ensureGateway, NSPAWN_GATEWAY, stopGateway } from '../../gateway/gateway-process.js';
import { raiseInotifyLimit, restoreInotifyLimit } from './inotify-limit.js';
import { withFreeLock, withLock } from '../../system/lock.js';
import { attach, detach, isAttached, removeNamespaceMount } from '../network/attachment.js';
import { bridge } from '../network/names.js';
import { ensureNetwork, removeNetwork } from '../network/network.js';
import { removeAbandonedAddresses } from '../network/reserved-address.js';
import { gatewayAddress, hostAddress } from '../network/subnet.js';
import { isAlive } from '../../system/process-identity.js';
import { killNspawn, startNspawn, waitForSsh } from './nspawn-process.js';
import { mountDisk, personalise, unmountDisk, updateAddresses } from './disk.js';
import { type HostRecord, readRecord, readRecords, writeRecord } from '../records/host-record.js';

/**
 * Boots a host that has a record and doesn't run, and resolves when ssh answers. On a new disk
 * `authorizedKeys` may log in. Call it while holding the host's lock.
 * @throws HintedError when it doesn't boot; nothing of it runs then.
 */
export async function boot(
  record: HostRecord,
  authorizedKeys: readonly string[] = [],
): Promise<HostRecord> {
  await halt(record);
  try {
    const subnet = await withLock('network', async () => {
      const made = await ensureNetwork();
      await raiseInotifyLimit();
      await ensureGateway(NSPAWN_GATEWAY, gatewayAddress(made));
      await attach(made, record.number);
      return made;
    });
    const address = hostAddress(subnet, record.number);
    await mountDisk(record);
    if (!record.personalised) await personalise(record, gatewayAddress(subnet), authorizedKeys);
    await updateAddresses(record, address, gatewayAddress(subnet));
    const starter = await startNspawn(record);
    const started = { ...record, personalised: true, starter };
    await writeRecord(started);
    await waitForSsh(started, address);
    return started;
  } catch (error) {
    await halt(record);
    await releaseNetwork();
    throw error;
  }
}

/** Ends everything of a host except its disk. Call it while holding the host's lock. */
export async function halt(record: HostRecord): Promise<void> {
  await killNspawn(record);
  await unmountDisk(record.id);
  await detach(record.number);
}

/**
 * Ends gateway, bridge and firewall rules when no host runs or boots any more, and no other program
 * has an address on the network.
 */
export async function releaseNetwork(): Promise<void> {
  await withLock('network', async () => {
    for (const { id } of readRecords().filter(isDead)) {
      // A call that boots it or takes it down holds its lock.
      const haltIt = async (): Promise<void> => {
        const record = readRecord(id);
        if (record !== undefined && isDead(record)) await halt(record);
      };
      // A process that can't be killed keeps the network; `down` reports it.
      await withFreeLock(`host-${id}`, haltIt).catch(() => undefined);
    }
    await removeAbandonedAddresses();
    if (attached() > 0) return;
    await stopGateway(NSPAWN_GATEWAY);
    await removeNetwork();
    await removeNamespaceMount();
    await restoreInotifyLimit();
  });
}

/**
 * Whether a host has ended without `down`, such as one whose processes were killed: it would keep
 * the network for ever.
 */
function isDead({ starter, number }: HostRecord): boolean {
  return !isAlive(starter) && isAttached(number);
}

function attached(): number {
  try {
    return readdirSync(`/sys/class/net/${bridge}/brif`).length;
  } catch {
    return 0;
  }
}
