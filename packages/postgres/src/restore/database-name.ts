import type { Text } from '@fairness-deploy/shell/secret';
import { MAX_NAME_BYTES } from '../connection/quote-sql.js';

/** The databases beside the application's: three that hold a backup or a copy for a while, and the former one. */
const KINDS = ['restore', 'drill', 'copy', 'before'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * The name of a database beside the application's, such as `shop_before_20261130t031500`. Of a long
 * name only the beginning is left.
 *
 * @param at the time in the name, `20261130t031500`
 */
export function databaseName(database: Text, kind: Kind, at: string): Text {
  const end = `_${kind}_${at}`;
  return database.mapWhole((name) => `${shortened(name, MAX_NAME_BYTES - end.length)}${end}`);
}

function shortened(name: string, bytes: number): string {
  let short = '';
  for (const character of name) {
    if (Buffer.byteLength(short + character) > bytes) break;
    short += character;
  }
  return short;
}

/** The time for {@link databaseName}, UTC. */
export function timeInName(time: Date): string {
  return time
    .toISOString()
    .replaceAll(/[-:]|\..*$/g, '')
    .toLowerCase();
}

/** The ends of the names that {@link databaseName} makes, as a pattern of SQL's `~`. */
export const KIND_PATTERN = `_(${KINDS.join('|')})_[0-9]{8}t[0-9]{6}$`;
