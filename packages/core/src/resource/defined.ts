/** The entries that have a value: an optional key that is left out, rather than undefined. */
export function defined<T extends object>(record: T): Defined<T> {
  // The entries that are taken out are those that the type says are.
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

export type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };
