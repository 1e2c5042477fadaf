import { dirname, resolve } from 'node:path';
import { readSource } from '@fairness-deploy/environment-file/source';

/**
 * Whether an environment file, or one that it extends, has a section. Searches the text and never
 * throws: the file may be broken, and this runs at every computation of the project graph, which
 * has no time for a parser.
 */
export function hasSection(file: string, section: string): boolean {
  return search(file, section, []);
}

function search(file: string, section: string, seen: readonly string[]): boolean {
  const text = seen.includes(file) ? '' : read(file);
  const own = topLevel(text, section);
  if (own !== undefined && own.value !== '') return true;
  const extended = topLevel(text, 'extends')?.value;
  const inherited =
    extended !== undefined &&
    extended !== '' &&
    search(resolve(dirname(file), unquote(extended)), section, [...seen, file]);
  // `section:` with nothing after it removes an inherited section, and else is an empty section.
  return own === undefined ? inherited : !inherited;
}

function read(file: string): string {
  const source = readSource(file);
  // Running a target reports the error.
  return 'text' in source ? source.text.replaceAll('\r', '') : '';
}

/** A key at column 0 and the text of its value, '' when there is none. */
function topLevel(text: string, key: string): { readonly value: string } | undefined {
  const name = key.replaceAll(/[^\w-]/g, '\\$&');
  const found = new RegExp(`^(["']?)${name}\\1[ \\t]*:(?:[ \\t]+(.*))?$`, 'm').exec(text);
  if (found === null) return undefined;
  const line = (found[2] ?? '').replace(/(?:^|[ \t])#.*$/, '').trim();
  if (line !== '' && line !== '~' && line !== 'null') return { value: line };
  const rest = text.slice(found.index + found[0].length);
  // Blank lines and comments decide nothing; the first other line belongs to the key if it is
  // indented.
  const next = /^[ \t]*[^\s#].*$/m.exec(rest)?.[0];
  return {
    value: line === '' && next !== undefined && /^(?:[ \t]|- )/.test(next) ? next.trim() : '',
  };
}

function unquote(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}
