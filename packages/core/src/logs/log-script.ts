import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import type { LogSource } from '../plugin/log-source.js';
import type { FileCursor } from './file-cursors.js';
import { HOST_PROGRAM } from './host-program/host-program.js';

/** Which lines to print of each log. */
export interface LogRequest {
  /** Whether to go on with the lines that come, until the connection ends. */
  readonly follow: boolean;
  /** How many lines at first, at most: the last ones. */
  readonly lines: number;
  /** Seconds since 1970: nothing of a file whose last line is older. */
  readonly since?: number;
}

/** Where a log goes on after a lost connection. */
export type LogCursor =
  /** For each path of the log, its files; the one that was read last at the end. */
  | { readonly files: readonly (readonly FileCursor[])[] }
  /** The cursor of the last entry, or when there was none, the seconds since 1970 of the first look. */
  | { readonly entry: string }
  | { readonly began: number };

/** A log, and where it goes on; without a cursor it begins. */
export interface WantedLog {
  readonly source: LogSource;
  readonly cursor?: LogCursor | undefined;
}

/** The most bytes that are shown of a file at first: one line may be as long as a disk. */
const LIMIT_BYTES = 1024 * 1024;
/** The same when a time says how far back to go. */
const SINCE_LIMIT_BYTES = 8 * 1024 * 1024;

/** Prints the frames of some logs: see HOST_PROGRAM and FrameStream. Their places are their numbers. */
export function logScript(
  { follow, lines: count, since }: LogRequest,
  wanted: readonly WantedLog[],
): Script {
  const limit = since === undefined ? LIMIT_BYTES : SINCE_LIMIT_BYTES;
  const settings = [
    `follow ${follow ? '1' : '0'}`,
    `lines ${String(count)}`,
    `limit ${String(limit)}`,
    ...(since === undefined ? [] : [`since ${String(since)}`]),
  ];
  return sh`
    command -v perl >/dev/null || { echo 'there is no perl, which reads the logs' >&2; exit 1; }
    {
      ${printLines(settings)}
      ${lines(...wanted.map(describe))}
    } | perl -e ${HOST_PROGRAM}`;
}

function describe({ source, cursor }: WantedLog, place: number): Script {
  const head = [`source ${String(place)}`, ...(cursor ? ['resume'] : [])];
  if ('unit' in source) {
    return printLines([...head, `unit ${source.unit}`, ...(cursor ? journalLines(cursor) : [])]);
  }
  const known = cursor && 'files' in cursor ? cursor.files.flatMap(knownLines) : [];
  return sh`
    ${printLines(head)}
    # In a process of its own, so that its failure ends nothing else.
    ( ${source.files}
    ) || echo failed
    ${known.length === 0 ? literal(':') : printLines(known)}`;
}

function printLines(text: readonly string[]): Script {
  return sh`printf '%s\n' ${text}`;
}

function journalLines(cursor: LogCursor): readonly string[] {
  if ('entry' in cursor) return [`cursor ${cursor.entry}`];
  return 'began' in cursor ? [`began ${String(cursor.began)}`] : [];
}

function knownLines(files: readonly FileCursor[], path: number): readonly string[] {
  return files.map(
    ({ id, at, before }) => `known ${String(path)} ${id} ${String(at)} ${before.toString('hex')}`,
  );
}
