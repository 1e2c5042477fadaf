import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../paths.js';
import { SandboxError } from '../sandbox-error.js';

/** What a saved layer stands on. */
export interface LayerRecord {
  readonly base: string;
  /** Names of the layers below it, the uppermost first. */
  readonly layers: readonly string[];
}

export const layerFile = (name: string): string => join(paths.layer(name), 'layer.json');

/** @throws SandboxError when it can't be a folder's name. */
export function checkLayerName(name: string): void {
  if (/^[a-z0-9][a-z0-9.-]{0,80}$/.test(name)) return;
  throw new SandboxError(
    `Cannot name a layer '${name}': it has other characters than lower-case letters, digits, hyphens and dots`,
  );
}

/** @returns undefined when there is no such layer, or what it stands on is gone. */
export function readLayer(name: string): LayerRecord | undefined {
  checkLayerName(name);
  if (!existsSync(layerFile(name))) return undefined;
  // Written by saveLayer() only.
  const record = JSON.parse(readFileSync(layerFile(name), 'utf8')) as LayerRecord;
  const whole = [paths.base(record.base), ...record.layers.map(paths.layer)].every((path) =>
    existsSync(path),
  );
  return whole ? record : undefined;
}

/** Names of all saved layers. */
export function layerNames(): readonly string[] {
  if (!existsSync(paths.layers)) return [];
  return readdirSync(paths.layers).filter((name) => !name.startsWith('.'));
}
