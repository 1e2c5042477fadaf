import type { Scalar } from 'yaml';
import { plain, quoteText } from '../issues/show-value.js';

/** A scalar's value. Tags that could give any other type are refused before. */
export function plainValue({ value }: Scalar): string | number | boolean | null {
  const isPlain =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? value : null;
}

/**
 * The error of a scalar's form: text that no program accepts, or a number that would be read
 * otherwise than written, such as the mode `0644` or the version `1.10`.
 */
export function scalarProblem(
  scalar: Scalar,
): { readonly message: string; readonly hint?: string } | undefined {
  const value = plainValue(scalar);
  if (typeof value === 'string') {
    return /[\0\p{Cs}]/u.test(value)
      ? { message: `expected text, got ${quoteText(value)}, which no program accepts` }
      : undefined;
  }
  const { source = '', type } = scalar;
  if (value === null || type !== 'PLAIN' || String(value) === source) return undefined;
  const written = plain(source);
  const meaning = typeof value === 'boolean' ? 'true or false' : `the number ${String(value)}`;
  const instead =
    value === Infinity || value === -Infinity || Number.isNaN(value) ? '' : `${String(value)}, or `;
  return {
    message: `${written} could be meant as text or as ${meaning}`,
    hint: `write ${instead}'${written}' in quotes if it is text`,
  };
}
