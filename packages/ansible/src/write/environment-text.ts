import { stringify } from 'yaml';
import type { Config } from '../translate/configuration.js';

/** The text of an environment file, or of one that others extend. */
export function environmentText(config: Config, head: readonly string[], schema: string): string {
  const lines = [`# yaml-language-server: $schema=${schema}`, ...head];
  // An alias would hide the value from who reads the file.
  const options = { singleQuote: true, lineWidth: 0, aliasDuplicateObjects: false } as const;
  const body = Object.entries(config)
    .map(([key, value]) => stringify({ [key]: value }, options))
    .join('\n');
  return `${lines.join('\n')}\n\n${body}`;
}
