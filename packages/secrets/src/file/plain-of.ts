import { yamlText } from './yaml-text.js';

/** Secrets as a text to edit. */
export function plainOf(values: ReadonlyMap<string, string>): string {
  return [...values]
    .map(([name, value]) => [name, yamlText(value)] as const)
    .map(([name, written]) => `${name}: ${written}${written.endsWith('\n') ? '' : '\n'}`)
    .join('');
}
