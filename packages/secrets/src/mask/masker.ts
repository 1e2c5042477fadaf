import { MASK, type Secret } from '@fairness-deploy/shell/secret';
import {
  asQuotedPrintable,
  asUnwrapped,
  byteLists,
  bytesOf,
  withoutBlanks,
  withoutNuls,
} from './as-bytes.js';
import { asEncoded, asGroups, digitsOf, encodingsOf, rareEncodingsOf } from './as-encoded.js';
import { asMeant, asQuoted } from './as-quoted.js';
import { Needles, PART_LENGTH, type Found, type Needle } from './needles.js';
import { quotedForms } from './quoted-forms.js';
import { asItIs, type Reading } from './reading.js';

/** Shorter values occur in ordinary text by accident: they aren't masked. */
export const SHORTEST_MASKED_CHARACTERS = 4;
/** With fewer characters without quotes, a value would match ordinary text. */
const SHORTEST_QUOTED_CHARACTERS = 8;
const SHORTEST_PART_CHARACTERS = 8;
/** Longer lines may have been cut, and a secret in them too. */
const CUT_LINE_CHARACTERS = 2000;

/**
 * A function that shows `***` wherever a secret's value stands in a text, also encoded or
 * quoted in the ways that programs do (base64, hexadecimal, percent-encoding, shells, JSON
 * and others), of whatever length. A value of several lines is looked for line by line as
 * well, since output comes in lines; so is base64 that is broken into lines. Values of fewer
 * than {@link SHORTEST_MASKED_CHARACTERS} characters are not looked for.
 */
export function maskerOf(secrets: readonly Secret[]): (text: string) => string {
  let find: ((text: string) => readonly Span[]) | undefined;
  return (text) => {
    if (secrets.length === 0 || text === '') return text;
    find ??= finderOf(secrets.map((secret) => secret.reveal()));
    return withMasks(text, find(text));
  };
}

/** A part of a text that is not to be seen. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whether a value begins and ends with quotes or backslashes, which aren't compared. */
interface Edges {
  readonly opens: boolean;
  readonly closes: boolean;
}

type Search = (text: string) => Iterable<Found<Edges>>;

function finderOf(given: readonly string[]): (text: string) => readonly Span[] {
  const values = [...new Set(given.map((value) => value.trim()))].filter(isLong);
  const lines = values.flatMap((value) => value.split(/\r?\n/).map((line) => line.trim()));
  const pieces = [...new Set([...values, ...lines.filter(isLong)])].flatMap(readingsOf);
  const written = pieces.map(({ piece }) => exact(piece));
  const quoted = pieces.filter((each) => !isLost(each)).map(withoutQuotes);
  const forms = pieces.filter(isLost).flatMap(({ piece }) => quotedForms(piece).map(exact));
  const encoded = values.flatMap(encodingsOf).map(exact);
  const digits = values.flatMap(digitsOf).map(exact);
  const unwrapped = values
    .map((value) => exact(withoutBlanks(value).text))
    .filter(({ text }) => text.length >= SHORTEST_QUOTED_CHARACTERS);
  const whole = {
    written: new Needles([...written, ...forms], 'whole'),
    quoted: new Needles(quoted, 'whole'),
    encoded: new Needles([...encoded, ...values.flatMap(rareEncodingsOf).map(exact)], 'whole'),
    digits: new Needles(digits, 'whole'),
    bytes: new Needles(
      [...values, ...lines.filter(isLong)].map((each) => exact(bytesOf(each))),
      'whole',
    ),
    unwrapped: new Needles(unwrapped, 'whole'),
  };
  // Of whole values only: a line of one that was cut is a part of it, too.
  const some = values.flatMap(readingsOf);
  const parts = {
    written: partsOf(values.map(exact)),
    quoted: partsOf(some.filter((each) => !isLost(each)).map(withoutQuotes)),
    encoded: partsOf(encoded),
    digits: partsOf(digits),
    bytes: partsOf(values.map((value) => exact(bytesOf(value)))),
  };
  return (text) => {
    const [read, groups] = [asEncoded(text), asGroups(text)];
    return [
      ...spansOf(asItIs(text), (all) => whole.written.findIn(all)),
      ...spansOf(asQuoted(text), (all) => whole.quoted.findIn(all)),
      ...spansOf(read, (all) => whole.encoded.findIn(all)),
      ...spansOf(read, (all) => encodedParts(all, parts.encoded)),
      ...spansOf(groups, (all) => whole.digits.findIn(all)),
      ...spansOf(groups, (all) => encodedParts(all, parts.digits)),
      ...[...byteLists(text)].flatMap((list) => [
        ...spansOf(list, (all) => whole.bytes.findIn(all)),
        ...spansOf(list, (all) => parts.bytes.findParts(all)),
      ]),
      ...spansOfAny(asQuotedPrintable(text), (all) => whole.bytes.findIn(all)),
      ...spansOfAny(withoutNuls(text), (all) => whole.written.findIn(all)),
      ...spansOfAny(asUnwrapped(text), (all) => whole.unwrapped.findIn(all)),
      ...wrappedLines(text).flatMap(({ at, line }) =>
        spansOf(asItIs(line), (all) => longParts(all, parts.written)).map(({ from, to }) => ({
          from: at + from,
          to: at + to,
        })),
      ),
      ...cutLines(text).flatMap(({ at, line }) =>
        [
          ...spansOf(asItIs(line), (all) => parts.written.findParts(all)),
          ...spansOf(asQuoted(line), (all) => parts.quoted.findParts(all)),
        ].map(({ from, to }) => ({ from: at + from, to: at + to })),
      ),
    ];
  };
}

function isLong(value: string): boolean {
  return value.length >= SHORTEST_MASKED_CHARACTERS;
}

interface ReadPiece {
  readonly piece: string;
  readonly read: Reading;
}

/** Parts of shorter ones say too little. */
function partsOf(needles: readonly Needle<Edges>[]): Needles<Edges> {
  return new Needles(
    needles.filter(({ text }) => text.length >= SHORTEST_PART_CHARACTERS),
    'parts',
  );
}

function readingsOf(piece: string): readonly ReadPiece[] {
  const [read, other] = [asQuoted(piece), asMeant(piece)];
  return [{ piece, read }, ...(other.text === read.text ? [] : [{ piece, read: other }])];
}

/** Values of quote characters only would mask ordinary text. */
function isLost({ piece, read }: ReadPiece): boolean {
  return read.text.length < SHORTEST_QUOTED_CHARACTERS && read.text !== piece;
}

function exact(text: string): Needle<Edges> {
  return { text, what: { opens: false, closes: false } };
}

function withoutQuotes({ piece, read }: ReadPiece): Needle<Edges> {
  const closes = read.end(read.text.length - 1) < piece.length;
  return { text: read.text, what: { opens: read.start(0) > 0, closes } };
}

/** Where in a text what was found in a reading of it stands. */
function spansOf({ text, start, end }: Reading, search: Search): readonly Span[] {
  return Array.from(search(text), ({ from, to, what: { opens, closes } }) => ({
    from: opens && from > 0 ? end(from - 1) : start(from),
    to: closes ? start(to) : end(to - 1),
  }));
}

/** The same of a reading that there may be none of. */
function spansOfAny(reading: Reading | undefined, search: Search): readonly Span[] {
  return reading === undefined ? [] : spansOf(reading, search);
}

/** The beginning of a value at a line's end, and the end of one at its beginning: a wrap has broken it. */
function* longParts(line: string, written: Needles<Edges>): Generator<Found<Edges>> {
  for (const found of written.findParts(line)) {
    if (found.to - found.from >= PART_LENGTH) yield found;
  }
}

/** Lines of encoded values: output comes line by line, and base64 is broken anywhere. */
function* encodedParts(text: string, encoded: Needles<Edges>): Generator<Found<Edges>> {
  const alone = text.trim().replace(/=+$/, '');
  for (const { 0: digits, index } of text.matchAll(/[A-Za-z0-9+/]{8,}/g)) {
    if (digits.length < PART_LENGTH && digits !== alone) continue;
    for (const { from, to, what } of encoded.findParts(digits)) {
      yield { from: index + from, to: index + to, what };
    }
  }
}

/** Lines that may have a long part of a value at their beginning or end, without the blanks around them. */
function wrappedLines(text: string): readonly { readonly at: number; readonly line: string }[] {
  return linesOf(text)
    .map(({ at, line }) => ({ at: at + line.length - line.trimStart().length, line: line.trim() }))
    .filter(({ line }) => line.length >= PART_LENGTH);
}

/** Lines that have been cut at their end, or at their beginning, where an ellipsis says so. */
function cutLines(text: string): readonly { readonly at: number; readonly line: string }[] {
  return linesOf(text).flatMap(({ at, line }) => {
    if (line.startsWith('…')) return [{ at: at + 1, line: line.slice(1) }];
    return line.length >= CUT_LINE_CHARACTERS ? [{ at, line }] : [];
  });
}

/** Each line, and where it begins. */
function linesOf(text: string): readonly { readonly at: number; readonly line: string }[] {
  let at = 0;
  return text.split('\n').map((line) => {
    const from = at;
    at += line.length + 1;
    return { at: from, line };
  });
}

function withMasks(text: string, spans: readonly Span[]): string {
  let shown = '';
  let done = 0;
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    if (from >= done) shown += text.slice(done, from) + MASK;
    done = Math.max(done, to);
  }
  return shown + text.slice(done);
}
