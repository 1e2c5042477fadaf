/** A text to look for; `what` is returned with each match. */
export interface Needle<T> {
  readonly text: string;
  readonly what: T;
}

/** From a character of the text up to another. */
export interface Found<T> {
  readonly from: number;
  readonly to: number;
  readonly what: T;
}

/** So many characters say which needles might stand at a place: none may be shorter. */
const KEY_LENGTH = { whole: 4, parts: 8 } as const;
/** So many characters of a needle in a row contain one of its keys. */
export const PART_LENGTH = 16;

interface KeyedNeedle<T> {
  readonly needle: Needle<T>;
  /** Where in the needle the key is. */
  readonly at: number;
}

/**
 * Many texts to look for at once. The time depends on the searched text and hardly on their number:
 * at each place only those with the same four characters are compared.
 */
export class Needles<T> {
  readonly #byKey = new Map<number, KeyedNeedle<T>[]>();
  readonly #keyLength: number;

  /**
   * @param kind whether {@link findIn} or {@link findParts} will be called.
   * @throws RangeError when one is shorter than a key: 4 characters, or 8 for parts.
   */
  constructor(all: readonly Needle<T>[], kind: 'whole' | 'parts') {
    this.#keyLength = KEY_LENGTH[kind];
    for (const needle of all) {
      const last = needle.text.length - this.#keyLength;
      if (last < 0) throw new RangeError('Cannot look for so short a text');
      this.#add({ needle, at: 0 });
      if (kind === 'whole') continue;
      const step = PART_LENGTH - this.#keyLength + 1;
      for (let at = step; at < last; at += step) this.#add({ needle, at });
      if (last > 0) this.#add({ needle, at: last });
    }
  }

  /** All that stand in a text, also within one another. */
  *findIn(text: string): Generator<Found<T>> {
    for (const { from, keyed } of this.#keyedIn(text)) {
      const { needle } = keyed;
      if (!text.startsWith(needle.text, from)) continue;
      yield { from, to: from + needle.text.length, what: needle.what };
    }
  }

  /**
   * What a text that was cut has of them: a beginning at its end, an end at its beginning, or
   * nothing but a part. Of at least 8 characters, and a part in the middle of {@link PART_LENGTH}.
   */
  *findParts(text: string): Generator<Found<T>> {
    // Each has one of the text's ends, and so a key near it.
    const ends = [
      ...this.#keyedIn(text.slice(0, PART_LENGTH)),
      ...this.#keyedIn(text, Math.max(0, text.length - PART_LENGTH)),
    ];
    for (const { from: key, keyed } of ends) {
      const { needle, at } = keyed;
      const begin = key - at;
      const from = Math.max(0, begin);
      const to = Math.min(text.length, begin + needle.text.length);
      if (!needle.text.startsWith(text.slice(from, to), from - begin)) continue;
      yield { from, to, what: needle.what };
    }
  }

  #add(keyed: KeyedNeedle<T>): void {
    let key = 0;
    for (let at = 0; at < this.#keyLength; at++) {
      key = this.#nextKey(key, keyed.needle.text.charCodeAt(keyed.at + at));
    }
    const alike = this.#byKey.get(key);
    if (alike) alike.push(keyed);
    else this.#byKey.set(key, [keyed]);
  }

  *#keyedIn(
    text: string,
    start = 0,
  ): Generator<{ readonly from: number; readonly keyed: KeyedNeedle<T> }> {
    let key = 0;
    for (let at = start; at < text.length; at++) {
      key = this.#nextKey(key, text.charCodeAt(at));
      const from = at + 1 - this.#keyLength;
      const alike = from < start ? undefined : this.#byKey.get(key);
      // There are none, as a rule.
      if (alike === undefined) continue;
      for (const keyed of alike) yield { from, keyed };
    }
  }

  /** Of 4 bits a character: what came before those of a key has been shifted out. */
  #nextKey(key: number, code: number): number {
    return ((key << 4) ^ code) & (this.#keyLength === KEY_LENGTH.whole ? 0xffff : -1);
  }
}
