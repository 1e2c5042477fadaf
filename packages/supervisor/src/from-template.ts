import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderTemplate } from '@fairness-deploy/core';
import { quoteValue } from './quote-ini.js';

/** Those that come along, beside src and dist. */
const OWN = join(__dirname, '..', 'templates');

/** A template of the project's own; its path is relative to the environment's folder. */
export interface Replacement {
  readonly folder: string;
  readonly path: string;
}

/**
 * Fills in one of our EJS templates, or the project's own in its place. `<%= value %>` writes
 * a value as Supervisor reads it.
 *
 * @throws Error when the file can't be read or isn't a template; it names file and line.
 */
export function fromTemplate(
  own: string,
  data: Readonly<Record<string, unknown>>,
  replacement?: Replacement,
): string {
  const name = replacement ? resolve(replacement.folder, replacement.path) : join(OWN, own);
  // Nothing in it is secret: secrets don't belong into these files.
  return renderTemplate(readFileSync(name, 'utf8'), data, { name, format: quoteValue }).reveal();
}
