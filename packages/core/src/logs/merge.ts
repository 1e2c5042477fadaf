/** A line among those of other logs. */
export interface Timed {
  /** The log, or the part of it, whose lines keep their order. */
  readonly stream: string;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

/** The times up to which the streams have got, for {@link mergeByTime}. */
export type StreamTimes = Map<string, number>;

/**
 * Orders lines by time. The lines of a stream keep their order: one without a time stays behind the line before it,
 * and one with an earlier time than that, too.
 *
 * @param times those of earlier calls; is changed.
 */
export function mergeByTime<Line extends Timed>(
  lines: readonly Line[],
  times: StreamTimes = new Map(),
): readonly Line[] {
  const placed = lines.map((line) => {
    const before = times.get(line.stream) ?? Number.NEGATIVE_INFINITY;
    const time = Math.max(before, line.time ?? before);
    times.set(line.stream, time);
    return { line, time };
  });
  // Stable: what has the same time stays in the order of arrival.
  return placed.sort((one, other) => compare(one.time, other.time)).map(({ line }) => line);
}

/** Not by a difference: that of two infinities is no number. */
function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
