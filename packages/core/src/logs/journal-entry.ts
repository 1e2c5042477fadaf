import { levelOfPriority } from './level.js';
import { parseLine } from './parse-line.js';
import type { ParsedLine } from '../plugin/log-line.js';

/** An entry of systemd's journal. */
export interface JournalEntry {
  readonly line: string;
  readonly parsed: ParsedLine;
  /** Where to go on. */
  readonly cursor: string;
}

/** What is sent to the host again must be a cursor, and nothing else. */
const CURSOR = /^[\w=;:.-]{1,400}$/;

/**
 * Parses an entry as `journalctl --output=json` prints it.
 *
 * @returns undefined when it is none.
 */
export function parseJournalEntry(text: string, zoneMinutes: number): JournalEntry | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof entry !== 'object' || entry === null) return undefined;
  const fields = entry as Readonly<Record<string, unknown>>;
  const cursor = fields['__CURSOR'];
  if (typeof cursor !== 'string' || !CURSOR.test(cursor)) return undefined;
  const line = messageOf(fields['MESSAGE']).trimEnd();
  const inner = parseLine(line, zoneMinutes);
  const time = Number(fields['__REALTIME_TIMESTAMP']) / 1000;
  // The words of the program know better than its standard error, whose priority is always the same.
  const level = inner.level ?? levelOfPriority(Number(fields['PRIORITY'] ?? Number.NaN));
  return {
    ...{ line, cursor },
    parsed: {
      ...{ ...inner, message: inner.message ?? line },
      ...(Number.isFinite(time) && time > 0 && { time }),
      ...(level && { level }),
    },
  };
}

/** A message that is no text comes as a list of bytes; a field may be there twice. */
function messageOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const items: readonly unknown[] = value;
  if (items.every((item) => typeof item === 'number')) return Buffer.from(items).toString('utf8');
  return items.map(messageOf).join(' ');
}
