import { endProcesses, fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { DEFINE_BELOW } from './process-tree.js';
import { runTask } from './task-output.js';

/** Tenths of a second between SIGTERM and SIGKILL for a command that is ended. */
const KILL_AFTER_TENTHS = 50;

/** Tenths of a second that a killed process may take to be gone. */
const GONE_AFTER_TENTHS = 20;

/** A command that a connection runs itself: it is no job, and has no log. */
export interface RemoteCommand {
  /** A random word, without which nobody can print what looks like another stream. */
  readonly id: string;
  /** The program and its words. */
  readonly words: readonly string[];
  /** How many bytes of the script's input are the command's; undefined: it has none. */
  readonly inputBytes?: number;
}

/** For the pipe of its errors, and its input. */
function folderOf(id: string): string {
  return `/tmp/fairness-deploy-exec-${id}`;
}

/**
 * Runs a command. Its output begins with a line that holds the id of its process, for {@link endCommand};
 * then both of its streams come, which TaskOutput parts. Ends with the command's exit status.
 */
export function remoteCommand({ id, words, inputBytes }: RemoteCommand): Script {
  const script = sh`
    printf '%s\n' "$$"
    FD_JOB=${folderOf(id)}
    mkdir -m 0700 -- "$FD_JOB"
    trap 'rm -rf -- "$FD_JOB"' EXIT
    ${inputBytes === undefined ? sh`:` : takeInput(inputBytes)}
    ${runTask(id, sh`( exec 3<&-; exec "$@" )`)}`;
  // A session of its own: what it starts is told from what else this connection runs.
  return sh`exec setsid sh -euc ${script.text} sh ${words}`;
}

/** The whole input or none of it: a part of it could be another command. */
function takeInput(bytes: number): Script {
  return sh`
    cat <&3 >"$FD_JOB"/input
    [ "$(stat -c %s -- "$FD_JOB"/input)" = ${bytes} ] ||
      ${fail('Cannot run the command: not all of its input has arrived', 'run it again')}
    exec <"$FD_JOB"/input`;
}

/**
 * Ends a command with all that it has started, but not its daemons. Prints the ids of the processes that are
 * left, if any.
 *
 * @param process the id that the output of {@link remoteCommand} began with
 */
export function endCommand(process: number, id: string): Script {
  return lines(
    DEFINE_BELOW,
    sh`
      # Another process may have its id by now.
      tr '\0' '\n' <${`/proc/${String(process)}/cmdline`} 2>/dev/null | grep -qF -- ${id} || exit 0
      fd_running=$(fd_below ${process})
      fd_left_of() {
        for fd_pid in $fd_running; do
          fd_state=Z
          { read -r _ _ fd_state _ <"/proc/$fd_pid/stat"; } 2>/dev/null || :
          [ "$fd_state" = Z ] || printf '%s ' "$fd_pid"
        done
      }
      ${endProcesses({ find: sh`fd_left_of`, once: true, killAfterTenths: KILL_AFTER_TENTHS })}
      fd_tries=${GONE_AFTER_TENTHS}
      while [ -n "$(fd_left_of)" ] && [ "$fd_tries" -gt 0 ]; do
        sleep 0.1
        fd_tries=$((fd_tries - 1))
      done
      fd_left_of`,
  );
}
