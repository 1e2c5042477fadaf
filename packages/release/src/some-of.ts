/** Names for people, on one line. */

/** How many names of files are shown. */
const SHOWN_FILES = 3;

/** The first of some names of files, quoted, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const quoted = names.slice(0, SHOWN_FILES).map((name) => JSON.stringify(name));
  return withMore(quoted, names.length);
}

/**
 * The first of some names, and how many more there are.
 *
 * @param count how many there are, where `names` are not all of them
 */
export function firstOf(names: readonly string[], most: number, count = names.length): string {
  const shown = names.slice(0, most).map((name) => name.replaceAll(/\s+/g, ' '));
  return withMore(shown, count);
}

/** All of some names: `one, two and three`. */
export function allOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function withMore(shown: readonly string[], count: number): string {
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
