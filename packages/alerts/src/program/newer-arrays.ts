/** Methods of ES2023 that Node.js 18, of Debian 12, lacks. */
const METHODS = {
  toReversed<T>(this: readonly T[]): readonly T[] {
    return [...this].reverse();
  },
  toSorted<T>(this: readonly T[], compare?: (one: T, other: T) => number): readonly T[] {
    return [...this].sort(compare);
  },
  toSpliced<T>(this: readonly T[], ...change: [start: number, count: number]): readonly T[] {
    const copy = [...this];
    copy.splice(...change);
    return copy;
  },
  with<T>(this: readonly T[], at: number, value: T): readonly T[] {
    const copy = [...this];
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  },
};

/** Adds the methods that arrays lack here: the judges use them. */
export function addNewerMethods(): void {
  for (const [name, value] of Object.entries(METHODS)) {
    if (name in Array.prototype) continue;
    Object.defineProperty(Array.prototype, name, { value, configurable: true, writable: true });
  }
}
