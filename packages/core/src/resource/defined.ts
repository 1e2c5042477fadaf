/** The entries that have a value: undefined ones are left out. */
export function defined<T extends object>(record: T): Defined<T> {
  // Sound: only the entries that the type allows to be absent are left out.
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

export type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };
