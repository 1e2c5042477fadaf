/** The value at a key of something from outside; undefined when there is none. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key] // Any object may be read this way.
    : undefined;
}
