/**
 * A record's own value under a name that a user gave. A plain object also answers to `constructor`,
 * `toString` and other names of its prototype, which no user meant.
 */
export function ownEntry<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Whether a value is a map of names to values, as YAML and JSON have them: no list, and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
