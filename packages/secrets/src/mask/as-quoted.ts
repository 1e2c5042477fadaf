import { readingOf, type Reading } from './reading.js';

/** Quotes, and what doubles or escapes them: how many there are depends on the quoting alone. */
const QUOTING = /[\\'"%$]/g;

/** What JSON, C and shells write after a backslash for a control character. */
const LETTERS: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
  '\v': 'v',
  // In a form of HTML (application/x-www-form-urlencoded), a blank.
  '+': ' ',
};

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
};

/** What is left out or written otherwise though it stands for itself. */
// eslint-disable-next-line no-control-regex -- control characters are among them
const PLAIN = /[\\'"%$+\u0000-\u001f]|[^\u0000-\u007f]+/g;

/** Each alternative begins otherwise or is told by its next character: none is tried at length. */
const UNIT = new RegExp(
  [
    String.raw`\\+u(?<high>d[89ab]..)\\+u(?<low>d[c-f]..)`,
    String.raw`\\+u\{(?<point>[\da-f]{1,6})\}`,
    String.raw`\\+u(?<unit>[\da-f]{4})`,
    String.raw`\\+x(?<byte>[\da-f]{2})`,
    // With the 0 of printf(1), unless it is C's with a digit behind.
    String.raw`\\+(?:0(?=[0-3][0-7]{2}(?![0-7])))?(?<octal>[0-3][0-7]{2})`,
    String.raw`%(?:25)*(?<percent>[\da-f]{2})`,
    String.raw`&(?:amp;)*(?:#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6})|(?<entity>amp|lt|gt|quot|apos));`,
    PLAIN.source,
  ].join('|'),
  'gi',
);

/**
 * A text without the quoting that programs put around and into what they print:
 * percent-encoding (RFC 3986), shells, JSON, C, SQL, INI, HTML, and any of them within others.
 * It is read as bytes of UTF-8 (RFC 3629), one a character. Two texts that differ in quotes
 * and backslashes only are read alike.
 */
export function asQuoted(text: string): Reading {
  return without(text, UNIT);
}

/** The same for a value that has `%41` or `\u0041` in itself: these are kept, as they may be encoded once more. */
export function asMeant(value: string): Reading {
  return without(value, PLAIN);
}

function without(text: string, unit: RegExp): Reading {
  return readingOf(text, unit, (found) =>
    decoded(found)
      .replaceAll(QUOTING, '')
      .replaceAll(/[\n\r\t\b\f\v+]/g, (one) => LETTERS[one] ?? one),
  );
}

/** What a unit stands for, as bytes. */
function decoded({ 0: found, groups = {} }: RegExpExecArray): string {
  const { high, low, unit, point, byte, octal, percent, decimal, hex, entity } = groups;
  const eight = byte ?? percent;
  if (eight !== undefined) return String.fromCharCode(parseInt(eight, 16));
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
  const units = [high, low, unit].filter((each) => each !== undefined);
  if (units.length > 0) {
    return bytesOf(String.fromCharCode(...units.map((each) => parseInt(each, 16))));
  }
  if (entity !== undefined) return ENTITIES[entity.toLowerCase()] ?? '';
  const digits = hex ?? point;
  if (decimal === undefined && digits === undefined) return bytesOf(found);
  const code = decimal === undefined ? parseInt(digits ?? '', 16) : Number(decimal);
  return code > 0x10ffff ? '' : bytesOf(String.fromCodePoint(code));
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
