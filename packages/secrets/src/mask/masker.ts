import { MASK, type Secret } from '../secret.js';
import { encodedForms } from './encoded-forms.js';
import { writtenForms } from './forms.js';

/** Values of fewer characters stand in all sorts of text by accident: they aren't looked for. */
export const SHORTEST_MASKED = 4;
/** Beyond it an expression would take too long; such a value is looked for line by line. */
const LONGEST_EXPRESSION = 2000;
/** Lines this long have been cut, so a secret may be cut too. */
const CUT_LINE = 2000;

/**
 * A function that shows `***` wherever a secret's value stands in a text, also encoded or
 * quoted in the ways that programs do (base64, hexadecimal, percent-encoding, shells, JSON
 * and others). A value of several lines is looked for line by line as well, since output
 * comes in lines. Values of fewer than {@link SHORTEST_MASKED} characters are not looked for.
 */
export function maskerOf(secrets: readonly Secret[]): (text: string) => string {
  const values = [...new Set(secrets.map((secret) => secret.reveal().trim()))]
    .filter(isLong)
    .sort((one, other) => other.length - one.length);
  const lines = values.flatMap((value) => value.split(/\r?\n/).map((line) => line.trim()));
  const pieces = [...new Set([...values, ...lines.filter(isLong)])]
    // The longest first: one may be a part of another.
    .sort((one, other) => other.length - one.length);
  if (pieces.length === 0) return (text) => text;
  const short = pieces.filter((piece) => piece.length <= LONGEST_EXPRESSION);
  const long = pieces.filter((piece) => piece.length > LONGEST_EXPRESSION);
  const bulk = new Set(short.length > 1000 ? short : []);
  let expressions: readonly RegExp[] | undefined;
  const mask = (text: string): string => {
    expressions ??= bulk.size > 0 ? [] : short.map(expressionOf);
    const literal = long.reduce((masked, piece) => masked.replaceAll(piece, MASK), text);
    const masked = expressions.reduce((all, each) => all.replaceAll(each, MASK), literal);
    return bulk.size > 0 ? maskLines(masked, bulk) : masked;
  };
  return (text) => {
    if (text === '') return text;
    const whole = mask(text);
    return whole.includes('…') || whole.length >= CUT_LINE ? maskCuts(whole, short) : whole;
  };
}

function isLong(value: string): boolean {
  return value.length >= SHORTEST_MASKED;
}

function expressionOf(value: string): RegExp {
  try {
    return new RegExp([writtenForms(value), ...encodedForms(value)].join('|'), 'gu');
  } catch {
    // The error's message would quote the value.
    throw new TypeError('Cannot look for a secret: no expression can be made for it');
  }
}

/** For more lines than expressions could be made for. */
function maskLines(text: string, lines: ReadonlySet<string>): string {
  return text
    .split('\n')
    .map((line) => (lines.has(line.trim()) ? MASK : line))
    .join('\n');
}

/** A part of a secret at an end where a line has been cut is one too. */
function maskCuts(text: string, values: readonly string[]): string {
  return text
    .split('\n')
    .map((line) => {
      const begin = line.startsWith('…') ? 1 : 0;
      const start = begin === 0 ? 0 : longest(values, (part) => line.startsWith(part, begin), -1);
      const head = start === 0 ? line : `…${MASK}${line.slice(begin + start)}`;
      const end = line.length < CUT_LINE ? 0 : longest(values, (part) => head.endsWith(part), 1);
      return end === 0 ? head : `${head.slice(0, -end)}${MASK}`;
    })
    .join('\n');
}

/** The length of the longest beginning (1) or end (-1) of any value for which something holds. */
function longest(
  values: readonly string[],
  holds: (part: string) => boolean,
  side: 1 | -1,
): number {
  let best = 0;
  for (const value of values) {
    for (let length = value.length - 1; length > best && length >= SHORTEST_MASKED; length--) {
      if (holds(side === 1 ? value.slice(0, length) : value.slice(-length))) best = length;
    }
  }
  return best;
}
