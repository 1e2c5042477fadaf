import type { ParsedLine } from '../plugin/log-line.js';
import type { LogSource } from '../plugin/log-source.js';
import { FileCursors } from './file-cursors.js';
import type { FileFrame, Frame } from './frames.js';
import { parseJournalEntry } from './journal-entry.js';
import { LineSplitter } from './line-splitter.js';
import type { LogCursor, WantedLog } from './log-script.js';
import { parseLine } from './parse-line.js';

/** A line of one of a host's logs. */
export interface FeedLine {
  /** The place of the log. */
  readonly source: number;
  /** The part of the log whose lines keep their order. */
  readonly part: string;
  readonly line: string;
  readonly parsed: ParsedLine;
}

/** What a frame brings. */
export type FeedEvent =
  | ({ readonly kind: 'line' } & FeedLine)
  | { readonly kind: 'failure' | 'gap'; readonly source: number; readonly reason: string }
  /** All that was there at the beginning has come, of all logs. */
  | { readonly kind: 'caught-up' };

/** What has come of one log. */
interface Reading {
  readonly paths: Map<number, FileCursors>;
  readonly splitters: Map<string, LineSplitter>;
  /** Bytes of the journal that are no whole entry yet. */
  entries: LineSplitter;
  entry: string | undefined;
  began: number | undefined;
  ready: boolean;
  caughtUp: boolean;
}

/**
 * Makes lines of the frames of a host's logs, and knows where each log goes on after a lost connection. What it holds is
 * bounded: a part of a line for each file that was read.
 */
export class LogFeed {
  readonly #sources: readonly LogSource[];
  readonly #readings: readonly Reading[];
  #zoneMinutes = 0;
  #began: number | undefined;
  #caughtUp = false;

  constructor(sources: readonly LogSource[]) {
    this.#sources = sources;
    this.#readings = sources.map(() => ({
      ...{ paths: new Map(), splitters: new Map(), entries: journalSplitter() },
      ...{ entry: undefined, began: undefined, ready: false, caughtUp: false },
    }));
  }

  /** The logs, and where each goes on. */
  get wanted(): readonly WantedLog[] {
    return this.#sources.map((source, at) => ({ source, cursor: this.#cursor(at) }));
  }

  /** The connection was lost: what comes next begins anew, at the cursors. */
  reconnect(): void {
    for (const reading of this.#readings) reading.entries = journalSplitter();
  }

  /** Takes a frame. */
  take(frame: Frame): readonly FeedEvent[] {
    switch (frame.kind) {
      case 'hello':
        this.#zoneMinutes = frame.zoneMinutes;
        this.#began ??= frame.seconds;
        return [];
      case 'tick':
      case 'end':
        return [];
      case 'ready':
        this.#reading(frame.source).ready = true;
        this.#reading(frame.source).began ??= this.#began;
        return [];
      case 'caught-up':
        this.#reading(frame.source).caughtUp = true;
        return this.#whenCaughtUp();
      case 'failure': {
        const { source, reason } = frame;
        return [{ kind: 'failure', source, reason }];
      }
      case 'entries':
        return this.#entries(frame.source, frame.bytes);
      default:
        return this.#ofFile(frame);
    }
  }

  /** The program has ended: what is held back of lines. */
  end(): readonly FeedEvent[] {
    return this.#readings.flatMap(({ splitters }, source) =>
      [...splitters].flatMap(([part, splitter]) => this.#lines(source, part, splitter.end())),
    );
  }

  #ofFile(frame: FileFrame): readonly FeedEvent[] {
    const { source, path } = frame;
    const { paths, splitters } = this.#reading(source);
    const before = paths.get(path);
    const cursors = before ?? new FileCursors();
    if (!before) paths.set(path, cursors);
    const splitterOf = (id: string): LineSplitter => {
      const part = `${String(path)} ${id}`;
      const splitter = splitters.get(part) ?? new LineSplitter();
      splitters.set(part, splitter);
      return splitter;
    };
    switch (frame.kind) {
      case 'cut':
        splitterOf(frame.id).cut();
        return [];
      case 'data': {
        const { id, at, bytes } = frame;
        const expected = cursors.all.find((file) => file.id === id)?.at;
        cursors.take(frame);
        const splitter = splitterOf(id);
        if (expected !== undefined && at > expected) splitter.skip();
        return this.#lines(source, String(path), splitter.read(bytes));
      }
      case 'copied':
        splitterOf(frame.next).follow(splitterOf(frame.id));
        return [];
      case 'closed': {
        const rest = splitterOf(frame.id).end();
        splitters.delete(`${String(path)} ${frame.id}`);
        return this.#lines(source, String(path), rest);
      }
      case 'gap': {
        const reason = 'the file that was read last is gone: lines may be missing here';
        return [{ kind: 'gap', source, reason }];
      }
      case 'known':
      case 'opened':
        cursors.take(frame);
        return [];
    }
  }

  #entries(source: number, bytes: Buffer): readonly FeedEvent[] {
    const reading = this.#reading(source);
    return reading.entries.read(bytes).flatMap((text): readonly FeedEvent[] => {
      const entry = parseJournalEntry(text, this.#zoneMinutes);
      if (!entry) return [{ kind: 'gap', source, reason: 'an entry is too long to be shown' }];
      reading.entry = entry.cursor;
      const { parsed } = entry;
      const lines = entry.line.split('\n');
      return lines.map((line) => ({
        ...{ kind: 'line', source, part: '', line },
        parsed: lines.length === 1 ? parsed : { ...parsed, message: line },
      }));
    });
  }

  #lines(source: number, part: string, lines: readonly string[]): readonly FeedEvent[] {
    const parse = this.#sources[source]?.parse;
    return lines.map((line) => ({
      ...{ kind: 'line', source, part, line },
      parsed: parse?.(line) ?? parseLine(line, this.#zoneMinutes),
    }));
  }

  #whenCaughtUp(): readonly FeedEvent[] {
    if (this.#caughtUp || !this.#readings.every(({ caughtUp }) => caughtUp)) return [];
    this.#caughtUp = true;
    return [{ kind: 'caught-up' }];
  }

  #cursor(at: number): LogCursor | undefined {
    const { ready, paths, entry, began } = this.#reading(at);
    if (!ready) return undefined;
    const source = this.#sources[at];
    if (source && 'unit' in source) {
      if (entry !== undefined) return { entry };
      return began === undefined ? undefined : { began };
    }
    const count = Math.max(-1, ...paths.keys()) + 1;
    return {
      files: Array.from({ length: count }, (_, path) => paths.get(path)?.all ?? []),
    };
  }

  /** @throws Error for a log that was not asked for. */
  #reading(source: number): Reading {
    const reading = this.#readings[source];
    if (reading) return reading;
    throw new Error(
      `Cannot read the host's logs: it sends a log ${String(source)}, which nobody has asked for`,
    );
  }
}

/** The most bytes of an entry of the journal. */
const LONGEST_ENTRY_BYTES = 1024 * 1024;

function journalSplitter(): LineSplitter {
  return new LineSplitter(LONGEST_ENTRY_BYTES);
}
