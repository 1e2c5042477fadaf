import { Text } from '@fairness-deploy/shell/secret';

const LONGEST_CHARACTERS = 60;

/** A value of a file as a message shows it: quoted on one line, cut when long, a secret masked. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Text) return 'a secret';
  if (typeof value === 'string') return quoteText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
}

/** Text in double quotes, in which nothing can act on a terminal. */
export function quoteText(text: string): string {
  const cut = text.length > LONGEST_CHARACTERS ? `${text.slice(0, LONGEST_CHARACTERS)}…` : text;
  return `"${plain(cut).replaceAll('"', '\\"')}"`;
}

/** Text of which control characters and those that reorder a line are shown as escapes. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return named ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
