const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people: `1.2 GB`. */
export function byteSize(bytes: number): string {
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** at;
  return `${at === 0 ? String(value) : value.toFixed(1)} ${UNITS[at] ?? ''}`;
}
