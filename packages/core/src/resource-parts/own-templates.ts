import { join, resolve } from 'node:path';
import { readProjectFile } from './read-project-file.js';
import type { Format } from './format.js';
import { renderTemplate } from './template.js';

/** A template of the project's own; its path is relative to the environment's folder. */
export interface Replacement {
  readonly folder: string;
  readonly path: string;
}

/**
 * Renders a template of the package, by its name, or the project's own in its place. The data must
 * hold no secret.
 *
 * @throws Error when the file can't be read or isn't a template; it names file and line.
 */
export type FromTemplate = (
  own: string,
  data: Readonly<Record<string, unknown>>,
  replacement?: Replacement,
) => string;

/**
 * The EJS templates of a package. `<%= value %>` writes a value in the format's own way.
 *
 * @param folder absolute path
 */
export function ownTemplates(folder: string, format: Format): FromTemplate {
  return (own, data, replacement) => {
    const name = replacement ? resolve(replacement.folder, replacement.path) : join(folder, own);
    return renderTemplate(readProjectFile(name), data, { name, format }).reveal();
  };
}
