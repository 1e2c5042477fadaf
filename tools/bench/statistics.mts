export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The smallest, the middle and the largest of some numbers; undefined when there are none. */
export function spread(numbers: readonly number[]): Spread | undefined {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [min] = sorted;
  if (min === undefined) return undefined;
  const half = sorted.length / 2;
  const at = (place: number): number => sorted[place] ?? min;
  return {
    min,
    median: (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2,
    max: Math.max(...sorted),
  };
}
