import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { command } from '../../system/command.js';
import { withLock } from '../../system/lock.js';
import { paths } from '../../system/paths.js';
import { isAlive } from '../../system/process-identity.js';
import { writeFileAtomically } from '../../system/write-file.js';
import { boot, halt } from './boot.js';
import { shutDownNspawn } from './nspawn-process.js';
import { hostId, type HostKey } from '../../driver/host-id.js';
import { type HostRecord, writeRecord } from '../records/host-record.js';
import { checkLayerName, type LayerRecord } from '../records/layer-record.js';
import { existing } from './power.js';
import { removeUnusedDisks } from './unused-disks.js';

/**
 * Saves a host's disk under a name, for startNspawnHost({ layer }), and replaces an older layer of the
 * name. A running host is shut down in order first, and boots again. Nothing is copied: the host
 * continues with an empty disk above the saved one.
 * @throws HintedError when there is no such host, or it doesn't boot again.
 */
export async function saveLayer(key: HostKey, name: string): Promise<void> {
  checkLayerName(name);
  await withLock(`host-${hostId(key)}`, async () => {
    const record = existing(key);
    const running = isAlive(record.starter);
    if (running) await shutDownNspawn(record);
    await halt(record);
    const saved = await withLock('layers', async () => {
      const moved = await moveDisk(record);
      const layer: LayerRecord = { base: moved.base, disks: moved.disks };
      await writeFileAtomically(paths.layer(name), `${JSON.stringify(layer)}\n`);
      await removeUnusedDisks();
      return moved;
    });
    if (running) await boot(saved);
  });
}

/** Makes the uppermost disk of a host that is off one of its lower ones. */
async function moveDisk(record: HostRecord): Promise<HostRecord> {
  const disk = randomBytes(8).toString('hex');
  const { upper, work } = paths.host(record.id);
  await mkdir(paths.disks, { recursive: true });
  const moved = { ...record, disks: [disk, ...record.disks] };
  // Renamed first: `down` corrects a record that names one disk too few.
  await rename(upper, paths.disk(disk));
  // It holds an index of that very disk.
  await command('rm', ['-rf', '--one-file-system', work]);
  await writeRecord(moved);
  return moved;
}

/** Deletes a saved layer; hosts that use it keep their disk. Does nothing when there is none. */
export async function deleteLayer(name: string): Promise<void> {
  checkLayerName(name);
  await withLock('layers', async () => {
    await rm(paths.layer(name), { force: true });
    await removeUnusedDisks();
  });
}
