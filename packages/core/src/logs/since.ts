const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * The seconds of a duration such as `90s`, `10m`, `2h` or `3d`.
 *
 * @throws Error when the text is none.
 */
export function secondsOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = UNITS[unit];
  if (seconds !== undefined) return Number(count) * seconds;
  throw new Error(
    `Cannot show logs since ${JSON.stringify(text)}: expected such as 90s, 10m, 2h or 3d`,
  );
}
