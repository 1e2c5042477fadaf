/** The smallest, the middle and the largest of some numbers; undefined when there are none. */
export function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const half = sorted.length / 2;
  const median = (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
  return { min: sorted[0], median, max: sorted.at(-1) };
}
