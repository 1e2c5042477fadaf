import type { DeclaredSecret } from '../environment/section.js';

/** Begins each of our own lines in the file. */
const OURS = '#| ';

/** The text above the secrets in the editor; {@link withoutHeader} removes it. */
export function header(lines: readonly string[]): string {
  return lines.map((line) => `${OURS}${line}`.trimEnd() + '\n').join('');
}

/** The text without our lines, anywhere and with any line ends of the editor. */
export function withoutHeader(text: string): string {
  return text.replaceAll(/^#\|(?: .*)?(?:\r?\n|$)/gm, '');
}

/** The declared secrets that a text lacks, to be filled in; empty ones are dropped. */
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
