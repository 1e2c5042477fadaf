import { describeFailure } from '../text/hinted-error.js';

/**
 * An error for vitest's `toThrow` that matches this text for people, its hint included. The text
 * may be a part of it.
 */
export interface Saying {
  asymmetricMatch(error: unknown): boolean;
  toString(): string;
}

/** For `toThrow`: `toThrow(saying('Cannot find x\n  → look in y'))`. */
export function saying(text: string | RegExp): Saying {
  return {
    asymmetricMatch(error) {
      const said = describeFailure(error);
      return typeof text === 'string' ? said.includes(text) : text.test(said);
    },
    toString: () => `an error that says ${JSON.stringify(String(text))}`,
  };
}
