import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { paths } from '../../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** The base and disks of hosts that begin with a saved layer. */
export interface LayerRecord {
  /** Key of the base root. */
  readonly base: string;
  /** The disks above it, the uppermost first. */
  readonly disks: readonly string[];
}

/** @throws HintedError when it can't be a file's name. */
export function checkLayerName(name: string): void {
  if (/^[a-z0-9][a-z0-9.-]{0,80}$/.test(name)) return;
  throw new HintedError(
    `Cannot name a layer "${name}": it has other characters than lower-case letters, digits, hyphens and dots, or too many`,
  );
}

/** @returns undefined when there is no such layer, or its base or a disk is gone. */
export function readLayer(name: string): LayerRecord | undefined {
  checkLayerName(name);
  if (!existsSync(paths.layer(name))) return undefined;
  // Written by saveLayer() only.
  const record = JSON.parse(readFileSync(paths.layer(name), 'utf8')) as LayerRecord;
  const parts = [paths.base(record.base), ...record.disks.map(paths.disk)];
  return parts.every((path) => existsSync(path)) ? record : undefined;
}

/** All saved layers. */
export function readLayers(): readonly LayerRecord[] {
  if (!existsSync(paths.layers)) return [];
  return readdirSync(paths.layers)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => readLayer(file.slice(0, -'.json'.length)) ?? []);
}
