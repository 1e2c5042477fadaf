const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `3 days`, `1 hour`: in the largest unit that fits at least once. */
export function describeAge(seconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? ['second', 1];
  const count = Math.max(0, Math.floor(seconds / length));
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
