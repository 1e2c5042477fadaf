import type { LocatedEntry, LocatedMap } from './located.js';

/**
 * Merges a file with the one that it extends: maps are merged key by key, other values are
 * replaced, and null removes the inherited key. Null without an inherited key stays.
 */
export function merge(inherited: LocatedMap, own: LocatedMap): LocatedMap {
  const entries = new Map<string, LocatedEntry>(inherited.entries);
  for (const [key, entry] of own.entries) {
    const before = inherited.entries.get(key);
    if (before === undefined) {
      entries.set(key, entry);
    } else if (entry.value.kind === 'scalar' && entry.value.value === null) {
      entries.delete(key);
    } else if (before.value.kind === 'map' && entry.value.kind === 'map') {
      entries.set(key, { place: entry.place, value: merge(before.value, entry.value) });
    } else {
      entries.set(key, entry);
    }
  }
  return { kind: 'map', place: own.place, entries };
}
