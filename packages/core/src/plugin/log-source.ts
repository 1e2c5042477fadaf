import { posix } from 'node:path';
import { fail, type Script, sh } from '@fairness-deploy/shell';

/** Which lines of a log to print. */
export interface LogRequest {
  /** How many lines at most: the last ones. */
  readonly lines: number;
  /**
   * Only lines that were logged since then, in seconds since 1970. A log whose lines have no time
   * (a file) prints older lines too, or nothing when it has no line since then.
   */
  readonly since?: number;
}

/** A log of a plugin. */
export interface LogSource {
  /** `api`, or `nginx errors`. `logs` refuses two of one name on a host. */
  readonly name: string;
  /** Prints lines of the log, the oldest first; nothing when there are none. */
  readonly read: (request: LogRequest) => Script;
  /** Prints new lines as they are logged, until it is killed. */
  readonly follow: Script;
}

/** The most that is shown of a log file: one line may be as long as a disk. */
const LOG_LIMIT_BYTES = 1024 * 1024;

/**
 * A log that is a file. Its lines need not have a time: `since` compares the time of the last write.
 * A file that was written since then prints its last lines, older ones included; another prints nothing.
 *
 * Where another user can write the file's folder, and so put a link there, the file's owner reads it.
 *
 * @param path absolute
 */
export function logFile(name: string, path: string): LogSource {
  return {
    name,
    read: ({ lines, since }) => sh`
      [ -f ${path} ] || exit 0
      ${since === undefined ? sh`:` : sh`[ "$(stat -L -c %Y -- ${path})" -ge ${since} ] || exit 0`}
      ${findReader(path)}
      # shellcheck disable=SC2086 # It is several words, or none.
      $fd_reader tail -n ${lines} -- ${path} | tail -c ${LOG_LIMIT_BYTES}`,
    follow: sh`
      ${findReader(path)}
      # shellcheck disable=SC2086 # It is several words, or none.
      exec $fd_reader tail -n 0 -F -- ${path} 2>/dev/null`,
  };
}

/** Sets `fd_reader` to the command that reads the file as the right user, or to nothing. */
function findReader(path: string): Script {
  return sh`
    fd_reader=
    if [ "$(id -u)" = 0 ]; then
      case $(stat -L -c %u:%a -- ${posix.dirname(path)}) in
        0:*[2367] | 0:*[2367]? | [!0]*)
          # Of a link, that of the link itself.
          fd_owner=$(stat -c %U -- ${path})
          [ "$fd_owner" != root ] ||
            ${fail(`Cannot read ${path}: the file is root's, and another user can write its folder`, 'give the folder to root, or the file to that user: chown')}
          fd_reader="runuser -u $fd_owner --"
          ;;
      esac
    fi`;
}

/** systemd's journal of a unit (journalctl(1)). */
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
