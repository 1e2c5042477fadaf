/** A time of ISO 8601, or in milliseconds since 1970, for people: `2026-12-01 12:30 UTC`. */
export function momentOf(time: string | number): string {
  const [day = '', clock = ''] = new Date(time).toISOString().split('T');
  return `${day} ${clock.slice(0, 5)} UTC`;
}
