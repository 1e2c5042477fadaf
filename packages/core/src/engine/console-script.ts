import { sh, type Script } from '@fairness-deploy/shell';
import type { Job } from './job.js';
import { CANCELLED_RECORD, describeFolder, makeFolder } from './job-script.js';
import { sweepJobs } from './sweep-jobs.js';
import { CONSOLE } from './task-folder.js';

/** A task on somebody's terminal: see {@link consoleScript}. */
export interface Console extends Pick<Job, 'id' | 'nonce' | 'description' | 'conclude'> {
  readonly task: NonNullable<Job['task']>;
  /** Runs first, as root. Fails when the command must not run; then the terminal shows why. */
  readonly prepare: Script;
  /** A command that takes the terminal, such as `setpriv …`. */
  readonly command: Script;
}

/**
 * The script of a console, for Transport.terminal: it runs a command on the script's own terminal.
 * Other jobs see it as a task while it runs, and `cancel` ends it. But it is no job: it ends with
 * its connection, and has no log. `conclude` finds what it finds in a job: the command is its step 1.
 * Ends with the command's exit status.
 */
export function consoleScript(console: Console): Script {
  const { nonce, prepare, command, conclude } = console;
  return sh`
    ${makeFolder(console)}
    : >"$fd_dir"/${CONSOLE}
    ${describeFolder(console)}
    # Its log as standard output tells that it runs: see fd_lives.
    exec 4<&0 </dev/null 3>&1 >>"$fd_dir/log" 2>&1
    echo $$ >"$fd_dir/pid"
    trap - EXIT
    umask 022
    ${sweepJobs('tasks')}
    FD_JOB=$fd_dir FD_STEPS=$fd_dir/steps FD_FAILED=0 FD_CANCELLED=0
    export FD_JOB FD_STEPS FD_FAILED FD_CANCELLED
    # The terminal's signals are for the command. When the terminal goes, only this shell hears of
    # it, as it leads the session.
    fd_command=
    trap : INT QUIT
    trap '[ -z "$fd_command" ] || kill -s HUP "$fd_command"' HUP
    trap 'FD_CANCELLED=1' TERM
    fd_status=0
    (
    set -eu
    ${prepare}
    ) >&3 2>&3 3>&- 4<&- || fd_status=$?
    if [ "$fd_status" = 0 ]; then
    read -r fd_begin _ </proc/uptime
    # Beside this shell, which so can pass a signal on: commands beside a shell ignore Ctrl-C.
    env --default-signal=INT,QUIT ${command} <&4 >&3 2>&3 3>&- 4<&- &
    fd_command=$!
    while :; do
    fd_status=0
    wait "$fd_command" || fd_status=$?
    # A signal ends the wait as well.
    kill -s 0 "$fd_command" 2>/dev/null || break
    done
    fd_command=
    read -r fd_time _ </proc/uptime
    printf '1 %s %s %s\n' "$fd_status" "$fd_begin" "$fd_time" >"$FD_STEPS"
    fi
    [ "$fd_status" = 0 ] || FD_FAILED=1
    if [ "$FD_CANCELLED" != 0 ]; then
    FD_FAILED=1
    printf '\n%s begin %s\n\n%s end %s 0\n' ${nonce} ${CANCELLED_RECORD} ${nonce} ${CANCELLED_RECORD}
    fi
    (
    set -eu
    ${conclude ?? sh`:`}
    ) 3>&- 4<&- || :
    printf '%s\n' "$FD_FAILED" >"$fd_dir/status.new"
    mv "$fd_dir/status.new" "$fd_dir/status"
    exit "$fd_status"`;
}
