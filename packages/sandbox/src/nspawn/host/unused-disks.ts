import { existsSync, readdirSync } from 'node:fs';
import { command } from '../../system/command.js';
import { paths } from '../../system/paths.js';
import { readRecords } from '../records/host-record.js';
import { readLayers } from '../records/layer-record.js';

/**
 * Removes the saved disks that no layer and no host uses. Call it while holding the layers' lock.
 */
export async function removeUnusedDisks(): Promise<void> {
  const used = new Set([...readRecords(), ...readLayers()].flatMap(({ disks }) => disks));
  const disks = existsSync(paths.disks) ? readdirSync(paths.disks) : [];
  for (const disk of disks) {
    if (!used.has(disk)) await command('rm', ['-rf', '--one-file-system', paths.disk(disk)]);
  }
}
