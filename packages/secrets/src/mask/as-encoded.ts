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
  return [...new Set([...inBase64(Buffer.from(value)), ...digitsOf(value)])];
}

/** The same within base32, and of UTF-16 in both orders of its bytes. */
export function rareEncodingsOf(value: string): readonly string[] {
  const base32 = within(Buffer.from(value), 5, inBase32);
  const utf16 = Buffer.from(value, 'utf16le');
  return [
    ...base32,
    ...base32.map((text) => text.toLowerCase()),
    ...[utf16, Buffer.from(utf16).swap16()].flatMap((bytes) => [
      ...inBase64(bytes),
      ...inHexadecimal(bytes),
    ]),
  ];
}

function inBase64(bytes: Buffer): readonly string[] {
  const whole = bytes.toString('base64').replace(/=+$/, '');
  return [...within(bytes, 6, (all) => all.toString('base64')), whole];
}

/** What doesn't depend on the neighbours, after each number of bytes that begins otherwise. */
function within(bytes: Buffer, bits: 5 | 6, encode: (bytes: Buffer) => string): readonly string[] {
  return Array.from({ length: bits === 6 ? 3 : 5 }, (_, offset) => {
    const text = encode(Buffer.concat([Buffer.alloc(offset), bytes]));
    return text.slice(
      Math.ceil((offset * 8) / bits),
      Math.floor(((offset + bytes.length) * 8) / bits),
    );
  });
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6, without padding. */
function inBase32(bytes: Buffer): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31] ?? '';
  }
  return bits === 0 ? text : text + (BASE32[(held << (5 - bits)) & 31] ?? '');
}

/** A value in hexadecimal digits. */
export function digitsOf(value: string): readonly string[] {
  return inHexadecimal(Buffer.from(value));
}

function inHexadecimal(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase()];
}
