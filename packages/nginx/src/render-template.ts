import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type * as Ejs from 'ejs';

/** Those that come along, beside src and dist. */
const OWN = join(dirname(__dirname), 'templates');

/**
 * Renders one of our EJS templates, or the project's own in its place.
 *
 * @param own our template's file name
 * @param replacement the project's: a path relative to the environment's folder
 * @throws Error when the file can't be read or isn't a template; it names file and line.
 */
export function renderTemplate(
  own: string,
  values: Readonly<Record<string, unknown>>,
  replacement?: { readonly folder: string; readonly path: string },
): string {
  const filename = replacement ? resolve(replacement.folder, replacement.path) : join(OWN, own);
  // Loading it costs milliseconds, which a command that renders nothing needn't pay.
  const { render } = createRequire(__filename)('ejs') as typeof Ejs;
  try {
    return render(readFileSync(filename, 'utf8'), values, {
      filename,
      // These aren't HTML: the templates' own functions quote for the format.
      escape: String,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot render the template ${filename}: ${reason}`, { cause });
  }
}
