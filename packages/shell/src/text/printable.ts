/**
 * Text from a host or a file, made safe for a terminal: removes escape sequences and control
 * characters other than line breaks and tabs (ECMA-48 C0, C1 and DEL), the characters that change
 * the direction of text (Unicode UAX #9), and invisible ones.
 */
export function printable(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // Operating system commands and the like, to their terminator, then CSI sequences.
      // eslint-disable-next-line no-control-regex -- control characters are what this is about
      .replaceAll(/\u001b[\]PX^_][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?/g, '')
      // eslint-disable-next-line no-control-regex -- as above
      .replaceAll(/(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]?/g, '')
      .replaceAll(UNPRINTABLE, '')
  );
}

/**
 * The characters that {@link printable} removes: control characters, marks of direction, and
 * characters without width.
 */
export const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- as above
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;
