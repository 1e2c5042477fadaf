import type { LogLevel, ParsedLine } from '../plugin/log-line.js';
import { parseJsonLine } from './json-line.js';
import { levelOfStatus, levelOfWord } from './level.js';
import { timeOfLine } from './line-time.js';

/**
 * Reads the time and the level of a line: of JSON, of nginx's logs, of Supervisor's, Certbot's and PostgreSQL's, and of
 * other lines that begin with a time of ISO 8601.
 *
 * @param zoneMinutes of the host, east of UTC, for times without a zone
 */
export function parseLine(line: string, zoneMinutes: number): ParsedLine {
  const json = parseJsonLine(line);
  if (json) return json;
  const found = timeOfLine(line, zoneMinutes);
  const level = levelIn(found?.rest ?? line, found !== undefined);
  return { ...(found && { time: found.time }), ...(level && { level }) };
}

/** Behind the request of the format "combined": its status. */
const STATUS = /^ "(?:[^"\\]|\\.){0,8192}" (\d{3}) /;

/** `[error] 12#12: …`, `:DEBUG:certbot: …`, ` WARN  exited: …`. */
const WORD = /^[\s:|-]{0,4}\[?([A-Za-z]{3,11}\d?)\]?(?=[\s:|\]]|$)/;

/** Of PostgreSQL: ` CET [123] shop@shop ERROR:  …`. Another zone than UTC is the host's. */
const POSTGRES = /^(?: [A-Z]{3,5})? \[\d{1,10}\](?: \S{1,130})? ([A-Z]{3,8}\d?): {2}/;

/** Without a time: only what can be no word of a text. */
const LOUD = /^\[?([A-Z]{4,9})\]?[:\s]/;

function levelIn(rest: string, hasTime: boolean): LogLevel | undefined {
  if (!hasTime) return levelOfWord(LOUD.exec(rest)?.[1] ?? '');
  const status = STATUS.exec(rest)?.[1];
  if (status !== undefined) return levelOfStatus(Number(status));
  return levelOfWord((POSTGRES.exec(rest) ?? WORD.exec(rest))?.[1] ?? '');
}
