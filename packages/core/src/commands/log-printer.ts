import type { LogLevel } from '../plugin/log-line.js';
import { atLevel, sinceThen } from '../logs/keep-lines.js';
import type { FeedEvent, FeedLine } from '../logs/log-feed.js';
import type { Timed } from '../logs/merge.js';
import type { Run } from '../runner/run.js';
import type { ShownLines } from './log-options.js';
import type { SectionLog } from './log-sources.js';

/** A line of a log, of which host and log it is known. */
export interface HostLine extends Timed, FeedLine {
  readonly host: string;
  readonly log: SectionLog;
  readonly level?: LogLevel;
}

/** The lines among what has come of a host. */
export function linesIn(
  host: string,
  logs: readonly SectionLog[],
  events: readonly FeedEvent[],
): readonly HostLine[] {
  return events.flatMap((event) => {
    if (event.kind !== 'line') return [];
    const log = logs[event.source];
    if (!log) return [];
    const { time, level } = event.parsed;
    return {
      ...{ ...event, host, log, stream: `${host} ${log.name} ${event.part}` },
      ...(time !== undefined && { time }),
      ...(level && { level }),
    };
  });
}

/** How many lines are reported before it waits for a slow reader. */
const AT_ONCE = 200;

/** Reports the lines that are wanted. */
export class LogPrinter {
  readonly #run: Run;
  readonly #shown: ShownLines;
  /** By the stream: whether its last line was of a wanted level. */
  readonly #levels = new Map<string, boolean>();
  /** The same: whether it was recent enough. */
  readonly #times = new Map<string, boolean>();

  constructor(run: Run, shown: ShownLines) {
    this.#run = run;
    this.#shown = shown;
  }

  /**
   * Reports some lines, in their order.
   *
   * @throws HintedError when the search for an expression takes too long.
   */
  async print(lines: readonly HostLine[]): Promise<void> {
    let reported = 0;
    for (const { host, log, line, parsed } of this.#wanted(lines)) {
      const { time, level, message, data } = parsed;
      this.#run.reporter.report({
        ...{ type: 'log', host, section: log.section, source: log.name, line },
        ...(time !== undefined && { time: new Date(time).toISOString() }),
        ...(level && { level }),
        ...(message !== undefined && { message }),
        ...(data && Object.keys(data).length > 0 && { data }),
      });
      reported += 1;
      // Not after each: a promise for each line would take as long as the line.
      if (reported % AT_ONCE === 0) await this.#run.output.drained();
    }
    await this.#run.output.drained();
  }

  #wanted(lines: readonly HostLine[]): readonly HostLine[] {
    const { since, level, grep } = this.#shown;
    const recent = since === undefined ? lines : sinceThen(lines, since * 1000, this.#times);
    const grave = level === undefined ? recent : atLevel(recent, level, this.#levels);
    if (!grep || grave.length === 0) return grave;
    const matches = grep.test(grave.map(({ line }) => line));
    return grave.filter((_, at) => matches[at]);
  }
}
