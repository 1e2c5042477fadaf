import type { KeyPath, Place } from '../issues/issue.js';

/** A value of a YAML file with its place. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  /** The place of the key; `value.place` is the value's. */
  readonly place: Place;
  readonly value: Located;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Located[];
}

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** The value at a path: a map's entry or a list's item, with the place of its key. */
export function entryAt(root: Located, path: KeyPath): LocatedEntry | undefined {
  let entry: LocatedEntry = { place: root.place, value: root };
  for (const step of path) {
    const next = childOf(entry.value, step);
    if (next === undefined) return undefined;
    entry = next;
  }
  return entry;
}

/** The place of a path's value; when it is missing, the beginning of its nearest parent. */
export function placeOf(root: Located, path: KeyPath): Place {
  const entry = entryAt(root, path);
  if (entry !== undefined) return entry.value.place;
  for (let length = path.length - 1; length > 0; length--) {
    const around = entryAt(root, path.slice(0, length));
    if (around !== undefined) return around.place;
  }
  return root.place;
}

/** The plain value of what stands there. */
export function valueOf(node: Located): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, valueOf(value)]));
  }
}

function childOf(node: Located, step: string | number): LocatedEntry | undefined {
  if (node.kind === 'map') return node.entries.get(String(step));
  if (node.kind === 'list' && typeof step === 'number') {
    const value = node.items[step];
    return value && { place: value.place, value };
  }
  return undefined;
}
