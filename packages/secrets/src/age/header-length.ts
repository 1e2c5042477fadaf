/** The end of an age file's header: its length with the line break after the MAC; undefined: not within. */
export function ageHeaderLength(start: Buffer): number | undefined {
  const mac = start.indexOf('\n--- ');
  const end = mac < 0 ? -1 : start.indexOf('\n', mac + 1);
  return end < 0 ? undefined : end + 1;
}
