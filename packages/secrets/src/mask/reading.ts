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
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let done = 0;
  const keepUntil = (end: number): void => {
    parts.push(text.slice(done, end));
    for (; done < end; done++) {
      starts.push(done);
      ends.push(done + 1);
    }
  };
  for (const found of text.matchAll(unit)) {
    keepUntil(found.index);
    done += found[0].length;
    const decoded = decode(found);
    parts.push(decoded);
    for (let left = decoded.length; left > 0; left--) {
      starts.push(found.index);
      ends.push(done);
    }
  }
  if (done === 0) return asItIs(text);
  keepUntil(text.length);
  return {
    text: parts.join(''),
    start: (at) => starts[at] ?? text.length,
    end: (at) => ends[at] ?? text.length,
  };
}
