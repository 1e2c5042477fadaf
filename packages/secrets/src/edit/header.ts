import type { DeclaredSecret } from '../environment/section.js';

/** Begins each line that is ours and not the file's. */
const OURS = '#| ';

/** What stands above the text in the editor; {@link withoutHeader} takes it off. */
export function header(lines: readonly string[]): string {
  return lines.map((line) => `${OURS}${line}`.trimEnd() + '\n').join('');
}

/** The text without our lines, wherever they are by now and however the editor ends lines. */
export function withoutHeader(text: string): string {
  return text.replaceAll(/^#\|(?: .*)?(?:\r?\n|$)/gm, '');
}

/** The declared secrets that a text doesn't have, to be filled in; those left empty aren't kept. */
export function suggestions(
  names: Readonly<Record<string, DeclaredSecret>>,
  has: (name: string) => boolean,
): string {
  return Object.entries(names)
    .filter(([name]) => !has(name))
    .map(([name, { description, required }]) =>
      [header([`${description}${required ? '' : ' (not required)'}`.trim()]), `${name}: ''\n`].join(
        '',
      ),
    )
    .join('');
}
