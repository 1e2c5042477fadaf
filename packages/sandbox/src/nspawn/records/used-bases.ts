import { readRecords } from './host-record.js';
import { readLayers } from './layer-record.js';

/** Keys of the base roots that hosts and layers stand on. */
export function usedBases(): ReadonlySet<string> {
  return new Set([...readRecords(), ...readLayers()].map(({ base }) => base));
}
