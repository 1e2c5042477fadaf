import { lines, type Script, sh } from '@fairness-deploy/shell';
import type { ParsedLine } from './log-line.js';

/** A log of a plugin: files, or the journal of a unit. `logs` reads and follows it. */
export type LogSource = {
  /** `api`, or `nginx errors`. `logs` refuses two of one name on a host. */
  readonly name: string;
  /** Reads a line of a format of its own; undefined: like one of any log. Pure. */
  readonly parse?: (line: string) => ParsedLine | undefined;
} & (
  | {
      /**
       * Prints a line for each file: `tail <path>`, one whose last lines are shown, or `new <path>`, one of which only what
       * is added later is. The path is absolute; there need not be such a file yet. A failure is reported.
       */
      readonly files: Script;
    }
  | {
      /** A unit of systemd. */
      readonly unit: string;
    }
);

/**
 * A log that is a file, also after it was rotated: renamed and made anew, or copied and truncated.
 *
 * Where another user can write a folder on the way, and so put a link there, it is read with the rights of the file's
 * owner. Only a regular file is read.
 *
 * @param path absolute
 */
export function logFile(name: string, path: string): LogSource {
  return { name, files: tailOf(path) };
}

/** The line about a file whose last lines are shown: see {@link LogSource}. */
export function tailOf(path: string | Script): Script {
  return sh`printf 'tail %s\n' ${path}`;
}

/** The line about a file of which only what is added later is shown: see {@link LogSource}. */
export function newIn(path: string | Script): Script {
  return sh`printf 'new %s\n' ${path}`;
}

/** A log of several files, whose lines are shown as those of one. */
export function logFiles(name: string, files: readonly Script[]): LogSource {
  return { name, files: lines(...files) };
}

/** systemd's journal of a unit (journalctl(1)). */
export function journal(name: string, unit: string): LogSource {
  return { name, unit };
}
