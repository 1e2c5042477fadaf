import { readRecords } from './host-record.js';
import { layerNames, readLayer } from './layer-record.js';

/** Keys of the base roots that hosts and layers stand on. */
export function usedBases(): ReadonlySet<string> {
  return new Set([
    ...readRecords().map(({ base }) => base),
    ...layerNames().flatMap((name) => readLayer(name)?.base ?? []),
  ]);
}
