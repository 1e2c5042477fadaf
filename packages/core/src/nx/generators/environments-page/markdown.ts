/** Text of users as Markdown (GitHub Flavored Markdown, sections 2.4 and 4.10). */

/** The characters that begin something in a cell: code, emphasis, a link, HTML, an entity, the next cell. */
const SPECIAL = /[\\`*_~[\]<>&|]/g;

/** Text as the content of a cell: on one line, and nothing in it is markup. */
export function asCell(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll(SPECIAL, '\\$&');
}

/** A URL as a link in a cell. */
export function asLink(url: string): string {
  return `<${url.replaceAll(/[|<>\\`]/g, encodeURIComponent)}>`;
}

/** A table; its cells are Markdown. */
export function asTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}
