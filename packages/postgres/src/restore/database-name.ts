import type { Text } from '@fairness-deploy/shell/secret';
import { MAX_NAME_BYTES } from '../connection/quote-sql.js';

/** What a database beside the application's is for. */
export type Purpose = 'restore' | 'drill' | 'before' | 'copy';

/**
 * The name of a database beside the application's, such as `shop_before_20261130t031500`. Of a long
 * name only the beginning is left.
 *
 * @param at the time in the name, `20261130t031500`
 */
export function databaseName(database: Text, purpose: Purpose, at: string): Text {
  const end = `_${purpose}_${at}`;
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

/** Databases that {@link databaseName} has named, as a pattern of SQL's `~`: for `status`. */
export const KEPT_PATTERN = '_before_[0-9]{8}t[0-9]{6}$';
