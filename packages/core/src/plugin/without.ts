/** An object without some of its keys: for a section of a rehearsal, which leaves settings out. */
export function without<T extends object, Key extends keyof T>(
  object: T,
  ...keys: readonly Key[]
): Omit<T, Key> {
  const left: readonly PropertyKey[] = keys;
  // Sound: the keys are those that the type leaves out.
  return Object.fromEntries(Object.entries(object).filter(([key]) => !left.includes(key))) as Omit<
    T,
    Key
  >;
}
