/** How texts are changed. */
export interface Change {
  /** Changes a text, given the key under which it stands; in a list, the list's key. */
  readonly text: (text: string, key: string) => string;
  /** Changes a key; default: keys stay. */
  readonly key?: (key: string) => string;
}

/** The same value with all its texts changed, at any depth. */
export function mapTexts(value: unknown, change: Change, under = ''): unknown {
  if (typeof value === 'string') return change.text(value, under);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, under));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      change.key?.(key) ?? key,
      // Facts may have any key.
      mapTexts(item, change, under === 'facts' ? '' : key),
    ]),
  );
}
