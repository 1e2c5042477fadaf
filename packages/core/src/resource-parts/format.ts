import { quote } from '@fairness-deploy/shell/text';
import { hasControlCharacter } from './path.js';

/**
 * Writes a value in the way that a file's format needs it, such as in quotes.
 *
 * @throws RangeError when the format can't hold the value; the message needn't repeat it.
 */
export type Format = (value: string) => string;

/** As it is, on one line. For files that have no quotes. */
export const plainFormat: Format = (value) => {
  if (!hasControlCharacter(value)) return value;
  throw new RangeError('it has a line break or another control character');
};

/** A word for sh, and so for files that sh reads: `NAME=<%= value %>`. */
export const shFormat: Format = quote;

/** A string of JSON, and so of YAML (YAML 1.2, 1.3) and TOML. */
export const jsonFormat: Format = (value) => JSON.stringify(value);
