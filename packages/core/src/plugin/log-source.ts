import { type Script, sh } from '@fairness-deploy/shell';

/** What is asked of a log. */
export interface LogRequest {
  /** How many lines at most: the last ones. */
  readonly lines: number;
  /** Only what was logged since then, in seconds since 1970. */
  readonly since?: number;
}

/** A log of what a plugin looks after. */
export interface LogSource {
  /** `api`, or `nginx errors`: unique among the logs of a host. */
  readonly name: string;
  /** Prints lines of it, the oldest first; nothing when there are none. */
  readonly read: (request: LogRequest) => Script;
  /** Prints its lines as they come, until it is ended. */
  readonly follow: Script;
}

/**
 * A log that is a file. Its lines need not have a time: it is read when anything was written to it
 * since the time that is asked for.
 *
 * @param path absolute
 */
export function logFile(name: string, path: string): LogSource {
  return {
    name,
    read: ({ lines, since }) => sh`
      [ -f ${path} ] || exit 0
      ${since === undefined ? sh`:` : sh`[ "$(stat -c %Y -- ${path})" -ge ${since} ] || exit 0`}
      tail -n ${lines} -- ${path}`,
    follow: sh`exec tail -n 0 -F -- ${path} 2>/dev/null`,
  };
}

/** What systemd's journal has of a unit (journalctl(1)). */
export function journal(name: string, unit: string): LogSource {
  return {
    name,
    read: ({ lines, since }) =>
      sh`journalctl --quiet --no-pager --output=short-iso --unit=${unit} --lines=${lines} ${
        since === undefined ? [] : [`--since=@${String(since)}`]
      }`,
    follow: sh`exec journalctl --quiet --no-pager --output=short-iso --unit=${unit} --lines=0 --follow`,
  };
}
