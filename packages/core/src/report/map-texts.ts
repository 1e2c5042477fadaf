/** How texts are changed. */
export interface Change {
  /** Of a text and the key under which it stands; of a list, the list's. */
  readonly text: (text: string, key: string) => string;
  /** Of a key; keys stay unless given. */
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
      // Facts have whatever names a host's facts have.
      mapTexts(item, change, under === 'facts' ? '' : key),
    ]),
  );
}
