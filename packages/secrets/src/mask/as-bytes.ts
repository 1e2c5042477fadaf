import { readingOf, type Reading } from './reading.js';

/** Numbers of a list of bytes, as JSON, C, od(1) and others print one. */
const LIST = /(?<![\w.])\d{1,3}(?:[\s,;:|]{1,20}\d{1,3}){3,}(?![\w.])/g;
const OCTAL = /^[0-3][0-7]{2}$/;

/** The lists of bytes in a text, decimal and octal, each as what it stands for. */
export function* byteLists(text: string): Generator<Reading> {
  for (const { 0: list, index } of text.matchAll(LIST)) {
    const numbers = [...list.matchAll(/\d+/g)];
    for (const base of [10, 8]) {
      const codes = numbers.map(([digits]) =>
        base === 8 && !OCTAL.test(digits) ? NaN : parseInt(digits, base),
      );
      if (!codes.every((code) => code < 256)) continue;
      const at = (which: number): number => index + (numbers[which]?.index ?? list.length);
      yield {
        text: Buffer.from(codes).toString('latin1'),
        start: at,
        end: (which) => at(which) + (numbers[which]?.[0].length ?? 0),
      };
    }
  }
}

const QUOTED_PRINTABLE = /=(?:(?<byte>[\dA-F]{2})|\r?\n)/g;

/** A text of quoted-printable (RFC 2045, 6.7); undefined when nothing in it is. */
export function asQuotedPrintable(text: string): Reading | undefined {
  if (text.search(QUOTED_PRINTABLE) < 0) return undefined;
  return readingOf(text, QUOTED_PRINTABLE, ({ groups: { byte } = {} }) =>
    byte === undefined ? '' : String.fromCharCode(parseInt(byte, 16)),
  );
}

/** A text that is shown as UTF-8 though it is UTF-16: with a NUL beside each letter. */
export function withoutNuls(text: string): Reading | undefined {
  return text.includes('\0') ? readingOf(text, /\0+/g, () => '') : undefined;
}

/** Where lines are broken, with the frame of a table around it. */
const WRAP = /[ \t]*[|│┃]?[ \t]*\r?\n[ \t]*[|│┃]?[ \t]*|[ \t]+/g;

/** A text without line breaks and blanks, of which a break takes the place; undefined when it is one line. */
export function asUnwrapped(text: string): Reading | undefined {
  return text.trim().includes('\n') ? withoutBlanks(text) : undefined;
}

/** The same of a value. */
export function withoutBlanks(text: string): Reading {
  return readingOf(text, WRAP, () => '');
}

/** A value's bytes in UTF-8, one a character. */
export function bytesOf(value: string): string {
  return Buffer.from(value).toString('latin1');
}
