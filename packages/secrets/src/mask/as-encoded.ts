import { readingOf, type Reading } from './reading.js';

/** Line breaks, with the blanks that begin the next line, and what JSON and URLs make of them and of two digits. */
const UNIT =
  /\\+[rn]|%(?:25)*0[ad]|[\r\n]+[ \t]*|\\+(?<slash>\/)|(?<digit>[-_])|%(?:25)*2(?<escaped>[bf])/gi;

const DIGITS: Readonly<Record<string, string>> = { '-': '+', _: '/', b: '+', f: '/' };

/** A text as one of base64 (RFC 4648, both alphabets) or hexadecimal digits, which may be broken into lines. */
export function asEncoded(text: string): Reading {
  return readingOf(
    text,
    UNIT,
    ({ groups: { slash, digit, escaped } = {} }) =>
      slash ?? DIGITS[(digit ?? escaped)?.toLowerCase() ?? ''] ?? '',
  );
}

/** What od(1), xxd(1) and others put between two bytes, or after a few of them, and between their lines. */
const BETWEEN = /(?<=[\da-f]{2})(?:[ :-]|, ?(?:0x)?|\r?\n ?)(?=[\da-f]{2})/gi;

/** A text as hexadecimal digits that stand in groups. */
export function asGroups(text: string): Reading {
  return readingOf(text, BETWEEN, () => '');
}

/**
 * What stands for a value within base64, which looks different by where it begins and whose
 * ends depend on what is around it, and in hexadecimal digits.
 */
export function encodingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const within = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(begin, end);
  });
  const whole = bytes.toString('base64').replace(/=+$/, '');
  return [...new Set([...within, whole, ...digitsOf(value)])];
}

/** A value in hexadecimal digits. */
export function digitsOf(value: string): readonly string[] {
  const hex = Buffer.from(value).toString('hex');
  return [hex, hex.toUpperCase()];
}
