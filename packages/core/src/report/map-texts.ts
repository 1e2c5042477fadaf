/** How texts are changed. */
export interface Change {
  /** Changes a text, given the key under which it stands; in a list, the list's key. */
  readonly text: (text: string, key: string) => string;
  /** Changes a key; default: keys stay. */
  readonly key?: (key: string) => string;
}

/** The keys whose values are maps with keys of a host or of a plugin. */
const FREE: readonly string[] = ['facts', 'data'];

/** The same value with all its texts changed, at any depth. */
export function mapTexts(value: unknown, change: Change, under = ''): unknown {
  if (typeof value === 'string') return change.text(value, under);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, under));
  if (typeof value !== 'object' || value === null) return value;
  // Facts and data may have any key.
  const free = FREE.includes(under);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      free ? change.text(key, '') : (change.key?.(key) ?? key),
      mapTexts(item, change, free ? under : key),
    ]),
  );
}
