import { createContext, Script } from 'node:vm';
import { HintedError } from '@fairness-deploy/shell/text';

/** The most milliseconds for a portion of lines. Searching 4 MiB takes a hundredth of it. */
const TIMEOUT_MILLISECONDS = 2000;

/**
 * Searches lines with an expression. One that takes far too long on a line (it may backtrack
 * exponentially) is stopped.
 */
export class Grep {
  readonly #context = createContext({ lines: [], found: [] });
  readonly #search: Script;
  readonly #text: string;

  /** @throws HintedError when the text is no regular expression of JavaScript. */
  constructor(text: string) {
    this.#text = text;
    try {
      new RegExp(text);
    } catch (error) {
      throw new HintedError(
        `Cannot search with --grep ${JSON.stringify(text)}: ${error instanceof Error ? error.message : String(error)}`,
        {
          hint: 'give a regular expression of JavaScript, and escape what stands for itself: \\[error\\]',
        },
      );
    }
    // The text is data in the program: it comes as a literal of a string.
    this.#search = new Script(
      `{ const expression = new RegExp(${JSON.stringify(text)}); found = lines.map((line) => expression.test(line)); }`,
    );
  }

  /**
   * @returns for each line, whether it matches.
   * @throws HintedError when it takes too long.
   */
  test(lines: readonly string[]): readonly boolean[] {
    const context = this.#context as { lines: readonly string[]; found: readonly boolean[] };
    context.lines = lines;
    try {
      this.#search.runInContext(this.#context, { timeout: TIMEOUT_MILLISECONDS });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw new HintedError(
        `Cannot search with --grep ${JSON.stringify(this.#text)}: it takes longer than ${String(TIMEOUT_MILLISECONDS / 1000)} s for ${String(lines.length)} lines`,
        {
          hint: 'simplify it: repetitions within repetitions, such as (a+)+, take exponential time',
          cause: error,
        },
      );
    }
    return Array.from(context.found);
  }
}

/** It is no Error of ours: the program has its own. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
