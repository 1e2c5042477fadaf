import { yamlText } from './yaml-text.js';

/** Secrets as a text to edit. */
export function plainOf(values: ReadonlyMap<string, string>): string {
  return [...values].map(([name, value]) => entryText(name, value)).join('');
}

/** The lines of one secret. */
export function entryText(name: string, value: string): string {
  const written = yamlText(value);
  return `${name}: ${written}${written.endsWith('\n') ? '' : '\n'}`;
}
