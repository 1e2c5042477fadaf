import { HintedError } from '@fairness-deploy/shell/text';
import { Grep } from '../logs/grep.js';
import { LOG_LEVELS, type LogLevel } from '../plugin/log-line.js';
import { secondsOf } from '../logs/since.js';
import type { CommandOptions } from '../runner/run.js';

/** How many lines of each log are shown by default; and when a time says how far back to go. */
const LINES = 50;
const MOST_LINES = 100_000;

/** Which lines of which logs are shown. */
export interface ShownLines {
  /** Words that choose logs. */
  readonly sources: readonly string[];
  readonly follow: boolean;
  readonly lines: number;
  /** Seconds since 1970, by this machine's clock. */
  readonly since: number | undefined;
  readonly grep: Grep | undefined;
  readonly level: LogLevel | undefined;
}

/** @throws Error that says which option is wrong. */
export function shownLines(options: CommandOptions, now: number): ShownLines {
  const { lines, since, source = [], follow = false, grep, level } = options;
  const fewest = follow ? 0 : 1;
  if (lines !== undefined && !(Number.isInteger(lines) && lines >= fewest && lines <= MOST_LINES)) {
    throw new Error(
      `Cannot show ${String(lines)} lines: expected a whole number from ${String(fewest)} to ${String(MOST_LINES)}`,
    );
  }
  if (level !== undefined && !LOG_LEVELS.includes(level)) {
    throw new HintedError(`Cannot show lines of the level "${level}": there is none of that name`, {
      hint: `there are: ${LOG_LEVELS.join(', ')}`,
    });
  }
  return {
    sources: typeof source === 'string' ? source.split(',') : source,
    ...{ follow, level },
    lines: lines ?? (since === undefined ? LINES : MOST_LINES),
    since: since === undefined ? undefined : Math.max(0, Math.floor(now / 1000) - secondsOf(since)),
    grep: grep === undefined ? undefined : new Grep(grep),
  };
}
