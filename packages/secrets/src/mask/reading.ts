/** A text as one way of writing is read, and where in the text each of its characters stands. */
export interface Reading {
  readonly text: string;
  readonly start: (at: number) => number;
  readonly end: (at: number) => number;
}

/** A text as it stands. */
export function asItIs(text: string): Reading {
  return { text, start: (at) => at, end: (at) => at + 1 };
}

/**
 * Reads a text unit by unit, once, from left to right.
 *
 * @param unit finds what stands for something else, such as `%20`; global.
 * @param decode what it stands for; all of it stands where the unit does.
 */
export function readingOf(
  text: string,
  unit: RegExp,
  decode: (unit: RegExpExecArray) => string,
): Reading {
  const pieces: Piece[] = [];
  let read = '';
  let done = 0;
  const keepUntil = (end: number): void => {
    if (end === done) return;
    pieces.push({ at: read.length, from: done, to: undefined });
    read += text.slice(done, end);
    done = end;
  };
  for (const found of text.matchAll(unit)) {
    keepUntil(found.index);
    done += found[0].length;
    const decoded = decode(found);
    if (decoded === '') continue;
    pieces.push({ at: read.length, from: found.index, to: done });
    read += decoded;
  }
  if (done === 0) return asItIs(text);
  keepUntil(text.length);
  return {
    text: read,
    start: (at) => {
      if (at >= read.length) return text.length;
      const piece = pieceAt(pieces, at);
      return piece.to === undefined ? piece.from + at - piece.at : piece.from;
    },
    end: (at) => {
      if (at >= read.length) return text.length;
      const piece = pieceAt(pieces, at);
      return piece.to ?? piece.from + at - piece.at + 1;
    },
  };
}

/** From where in the reading up to the next one: text that was kept, or what a unit stands for. */
interface Piece {
  readonly at: number;
  readonly from: number;
  /** Of a unit, where it ends. */
  readonly to: number | undefined;
}

/** By halves. */
function pieceAt(pieces: readonly Piece[], at: number): Piece {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return pieces[low] ?? { at: 0, from: 0, to: undefined };
}
