import type { LocatedEntry, LocatedMap } from './located.js';

/**
 * What a file that extends another one amounts to: maps are merged key by key, anything
 * else is replaced, and null removes the inherited key. Null where nothing is inherited stays.
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
