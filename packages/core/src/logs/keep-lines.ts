import type { LogLevel } from '../plugin/log-line.js';
import { isAtLeast } from './level.js';
import type { Timed } from './merge.js';

/** A line that may be left out. */
interface Kept extends Timed {
  readonly level?: LogLevel;
}

/**
 * Leaves out lines from before a time. A line without a time shares the fate of the line before it, or else of the
 * first line with a time behind it in its stream; a stream without any times is kept.
 *
 * @param last of earlier calls: whether the last line of each stream was kept; is changed.
 */
export function sinceThen<Line extends Kept>(
  lines: readonly Line[],
  since: number,
  last = new Map<string, boolean>(),
): readonly Line[] {
  for (const { stream, time } of lines) {
    if (time !== undefined && !last.has(stream)) last.set(stream, time >= since);
  }
  return lines.filter(({ stream, time }) => {
    if (time !== undefined) last.set(stream, time >= since);
    return last.get(stream) ?? true;
  });
}

/**
 * Leaves out lines that are less grave. A line without a level, such as one of a stack trace, shares the fate of the
 * line before it in its stream; it is kept when no line before it had a level.
 *
 * @param last of earlier calls: whether the last line of each stream was kept; is changed.
 */
export function atLevel<Line extends Kept>(
  lines: readonly Line[],
  least: LogLevel,
  last = new Map<string, boolean>(),
): readonly Line[] {
  return lines.filter(({ stream, level }) => {
    if (level !== undefined) last.set(stream, isAtLeast(level, least));
    return last.get(stream) ?? true;
  });
}
