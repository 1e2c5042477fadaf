import { localTime } from '../engine/local-time.js';
import type { LogLevel } from '../plugin/log-line.js';
import type { ReportEvent } from './event.js';
import type { TextStyle } from './paint.js';

type Paint = (style: TextStyle, text: string) => string;
type LogEvent = Extract<ReportEvent, { type: 'log' }>;

const LEVEL_STYLE: Readonly<Record<LogLevel, TextStyle>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};

/** The styles of prefixes: not red, which stands for failures. */
const PREFIX_STYLES = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;

/** The prefix of a log's lines: always in the same colour for the same log. */
export function describeLog(
  { host, source }: Pick<LogEvent, 'host' | 'source'>,
  several: boolean,
  paint: Paint,
): string {
  const prefix = several ? `${paint(styleOf(host), host)}  ` : '';
  return `${prefix}${paint(styleOf(`${several ? host : ''} ${source}`), `${source} │`)}`;
}

/** A line of a log for people: of JSON and of the journal, its time, level, message, and the rest as key=value. */
export function describeLogLine(
  { line, time, level, message, data = {} }: LogEvent,
  paint: Paint,
): string {
  if (message === undefined) {
    return level === 'error' || level === 'fatal' ? paint('red', line) : line;
  }
  return [
    ...(time === undefined ? [] : [paint('dim', withSeconds(time))]),
    ...(level === undefined ? [] : [paint(LEVEL_STYLE[level], level.toUpperCase().padEnd(5))]),
    ...(message === '' ? [] : [message]),
    ...Object.entries(data).map(([key, value]) => `${paint('dim', `${key}=`)}${quoted(value)}`),
  ].join(' ');
}

/** In the reader's zone: `2026-11-25 14:07:09.123`. */
function withSeconds(time: string): string {
  const date = new Date(time);
  const seconds = String(date.getSeconds()).padStart(2, '0');
  return `${localTime(time)}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function styleOf(text: string): TextStyle {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return PREFIX_STYLES[sum % PREFIX_STYLES.length] ?? 'cyan';
}
