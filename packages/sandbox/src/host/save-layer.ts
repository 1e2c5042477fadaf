import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../command.js';
import { withLock } from '../lock.js';
import { paths } from '../paths.js';
import { isAlive } from '../process-identity.js';
import { SandboxError } from '../sandbox-error.js';
import { boot, halt } from './boot.js';
import { shutDownContainer } from './container.js';
import { hostId, type HostKey } from './host-id.js';
import { type HostRecord, readRecords } from './host-record.js';
import { checkLayerName, layerNames, type LayerRecord, readLayer } from './layer-record.js';
import { existing } from './power.js';

/** Whether startHost() can begin with that layer. */
export const hasLayer = (name: string): boolean => readLayer(name) !== undefined;

/**
 * Saves a host's disk under a name, for startHost({ layer }). A host that runs is shut down in
 * order for it and boots again. An older layer of the name is replaced.
 * @throws SandboxError when there is no such host, or when something stands on the older layer.
 */
export async function saveLayer(key: HostKey, name: string): Promise<void> {
  checkLayerName(name);
  await withLock(`host-${hostId(key)}`, async () => {
    const record = existing(key);
    const running = isAlive(record.starter);
    if (running) await shutDownContainer(record);
    await halt(record);
    try {
      await withLock(`layer-${name}`, () => copyDisk(record, name));
    } finally {
      if (running) await boot(record);
    }
  });
}

async function copyDisk(record: HostRecord, name: string): Promise<void> {
  const beside = join(paths.layers, `.saving-${name}`);
  const remove = (): Promise<string> => command('rm', ['-rf', '--one-file-system', beside]);
  await remove();
  try {
    await mkdir(beside, { recursive: true });
    // Overlay's own marks (removed files, opaque folders) are devices and trusted attributes.
    const { upper } = paths.host(record.id);
    await command('cp', ['--archive', '--reflink=auto', upper, join(beside, 'upper')]);
    const layer: LayerRecord = { base: record.base, layers: record.layers };
    await writeFile(join(beside, 'layer.json'), `${JSON.stringify(layer)}\n`);
    await deleteLayer(name);
    await rename(beside, paths.layer(name));
  } finally {
    await remove();
  }
}

/**
 * Deletes a saved layer; does nothing when there is none.
 * @throws SandboxError when a host or another layer stands on it.
 */
export async function deleteLayer(name: string): Promise<void> {
  checkLayerName(name);
  if (!existsSync(paths.layer(name))) return;
  const user =
    readRecords().find(({ layers }) => layers.includes(name))?.name ??
    layerNames().find((other) => readLayer(other)?.layers.includes(name));
  if (user !== undefined) {
    throw new SandboxError(
      `Cannot delete layer '${name}': '${user}' stands on it`,
      `Take '${user}' down first`,
    );
  }
  await command('rm', ['-rf', '--one-file-system', paths.layer(name)]);
}
