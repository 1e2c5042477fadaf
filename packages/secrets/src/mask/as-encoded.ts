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
  const hex = bytes.toString('hex');
  return [...new Set([...within, whole, hex, hex.toUpperCase()])];
}
