const SAFE = /^[A-Za-z0-9_./:=@%+,-]+$/;

/**
 * Quotes one word for a POSIX shell (XCU 2.2.2, single quotes).
 *
 * @throws RangeError when the value holds a NUL, which no shell word can.
 */
export function quote(value: string): string {
  if (value.includes('\0')) {
    throw new RangeError(`Cannot quote a value for the shell: it holds a NUL character`);
  }
  // A leading '=' or '%' is left to the shell by some; quoting costs nothing there.
  if (SAFE.test(value) && !/^[=%]/.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
