import type { Secret } from '@fairness-deploy/shell/secret';
import { SHORTEST_MASKED_CHARACTERS } from './masker.js';

/** The warning about secrets that are too short to be masked; empty when there are none. */
export function tooShortNotice(secrets: readonly Secret[]): readonly string[] {
  const short = secrets.filter(
    (secret) => secret.reveal().trim().length < SHORTEST_MASKED_CHARACTERS,
  );
  if (short.length === 0) return [];
  const names = short.map(({ name }) => name).join(', ');
  return [
    `Too short to be masked in what hosts print, fewer than ${String(SHORTEST_MASKED_CHARACTERS)} characters: ${names}`,
  ];
}
