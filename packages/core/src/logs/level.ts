import { LOG_LEVELS, type LogLevel } from '../plugin/log-line.js';

/** The words for levels of winston, nginx, Supervisor, Python, PostgreSQL, syslog and others. */
const WORDS: ReadonlyMap<string, LogLevel> = new Map([
  ...['trace', 'silly', 'trac', 'blat'].map((word) => [word, 'trace'] as const),
  ...['debug', 'verbose', 'debg', 'debug1', 'debug2', 'debug3', 'debug4', 'debug5'].map(
    (word) => [word, 'debug'] as const,
  ),
  ...['info', 'information', 'http', 'notice', 'log', 'data'].map(
    (word) => [word, 'info'] as const,
  ),
  ...['warn', 'warning'].map((word) => [word, 'warn'] as const),
  ...['error', 'err', 'erro'].map((word) => [word, 'error'] as const),
  ...['fatal', 'crit', 'critical', 'alert', 'emerg', 'emergency', 'panic'].map(
    (word) => [word, 'fatal'] as const,
  ),
]);

/** The level that a word stands for, in any case; undefined for another word. */
export function levelOfWord(word: string): LogLevel | undefined {
  return WORDS.get(word.toLowerCase());
}

/** The level of a number of pino or bunyan: 10 is trace, 60 fatal. */
export function levelOfNumber(number: number): LogLevel | undefined {
  if (!(number >= 1 && number <= 100)) return undefined;
  return LOG_LEVELS[Math.min(Math.max(Math.ceil(number / 10), 1), 6) - 1];
}

/** The level of a priority of syslog: 0 is emerg, 7 debug (syslog(3)). */
export function levelOfPriority(priority: number): LogLevel | undefined {
  return (['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const)[priority];
}

/** The level of a request by its status: the server's failures are errors, the visitor's warnings. */
export function levelOfStatus(status: number): LogLevel {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** Whether a level is as grave as another one, or more. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
