import type { Located } from './located.js';
import { plain } from '../issues/show-value.js';

/** Values that aliases may add; without a limit a file of a kilobyte fills the memory ('billion laughs'). */
const MOST_ALIASED = 10_000;

interface Anchored {
  /** Absent while it is still being read. */
  readonly located?: Located;
  /** How many values it holds. */
  readonly size: number;
}

type Expansion =
  | { readonly located: Located; readonly size: number }
  | { readonly message: string; readonly hint?: string };

/** The anchors of a document, in the order of reading: an alias means the last one before it. */
export class Anchors {
  readonly #anchors = new Map<string, Anchored>();
  #aliased = 0;

  begin(name: string): void {
    this.#anchors.set(name, { size: 0 });
  }

  end(name: string, located: Located, size: number): void {
    this.#anchors.set(name, { located, size });
  }

  /** What an alias stands for, or why it can't stand there. */
  expand(name: string): Expansion {
    const shown = `*${plain(name)}`;
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      const hint = `put quotes around "${shown}" if it is text`;
      return { message: `the alias ${shown} has no anchor before it`, hint };
    }
    const { located, size } = anchored;
    if (located === undefined) {
      return { message: `the alias ${shown} stands within its own anchor` };
    }
    this.#aliased += size;
    if (this.#aliased > MOST_ALIASED) {
      return { message: `aliases add more than ${String(MOST_ALIASED)} values here` };
    }
    return { located, size };
  }
}
