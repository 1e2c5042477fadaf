/** A time of ISO 8601, for people: `2026-12-01 12:30 UTC`. */
export function momentOf(time: string | number): string {
  const [day = '', clock = ''] = new Date(time).toISOString().split('T');
  return `${day} ${clock.slice(0, 5)} UTC`;
}

/** Its day alone, with the time of the day where that says more. */
export function dayOf(time: number): string {
  return momentOf(time);
}
