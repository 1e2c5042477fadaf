/** A change that stays only when a new connection of the client gets in: see ADR 25. */
import { posix } from 'node:path';
import { fail, lines, literal, notice, sh, type Script, waitUntil } from '@fairness-deploy/shell';
import { FIND_CONNECTION } from './find-connection.js';
import { ARM, DEFINE_IS_UP, DISARM, TRIAL, TRIAL_LOCK, TRIAL_SECONDS } from './trial-units.js';

/** A change that can lock the client out. */
export interface Trial {
  /** The resource's address. */
  readonly address: string;
  /** For people: `the firewall`. */
  readonly what: string;
  /** For people: `the old rules`. */
  readonly old: string;
  /** Files and links that it changes: absolute paths, each restored as it was. */
  readonly paths: readonly string[];
  /** Saves what is in no file, below `"$fd_trial"`. */
  readonly save?: Script;
  readonly change: Script;
  /**
   * Makes the programs use the old files, which are back. It finds what `save` has saved, and
   * `fd_is_up`, which fails while the host boots. It runs by itself, without anything else of the job.
   */
  readonly restore: Script;
  /** What to do when no new connection gets in, for people. */
  readonly hint: string;
}

/** The states of a trial. */
export const TRIAL_STATE = {
  /** The change is about to be made. */
  armed: 'armed',
  /** It is made, and waits for its confirmation. */
  tried: 'tried',
  confirmed: 'confirmed',
  restored: 'restored',
  /** The old state could not be restored. */
  broken: 'broken',
} as const;

/** What the step prints when the change is made. */
export const TRIAL_BEGUN = 'Waiting for a new connection of the client';

/** Ends the program that restores, in the script that writes it. */
const END_OF_PROGRAM = 'fd_end_of_restore';

/** The word before what {@link PRINT_TRIAL} prints. */
const ON_TRIAL = 'on trial: ';

/** Prints a line when a change is on trial: nothing should be planned on such a state. */
export const PRINT_TRIAL: Script = sh`
  case $(cat -- ${`${TRIAL}/state`} 2>/dev/null) in
    ${TRIAL_STATE.armed} | ${TRIAL_STATE.tried}) printf '%s%s\n' ${ON_TRIAL} "$(cat -- ${`${TRIAL}/of`})" ;;
  esac`;

/** The address of what is on trial, at the beginning of an output, and the rest of it. */
export function trialIn(output: string): {
  readonly onTrial: string | undefined;
  readonly rest: string;
} {
  if (!output.startsWith(ON_TRIAL)) return { onTrial: undefined, rest: output };
  const end = output.indexOf('\n');
  const [, address = ''] = output.slice(ON_TRIAL.length, end).split(' ');
  return { onTrial: address, rest: output.slice(end + 1) };
}

/** The start of the process that runs it, in ticks since boot; proc(5), /proc/pid/stat. */
const PRINT_START: Script = sh`sed 's/.*) //' /proc/self/stat | cut -d ' ' -f 20`;

/** Replaces the state as a whole: a power cut leaves the old one or the new one. */
export function setTrialState(state: string): Script {
  return sh`
    printf '%s\n' ${state} >${`${TRIAL}/state.new`}
    mv -fT -- ${`${TRIAL}/state.new`} ${`${TRIAL}/state`}
    sync -- ${`${TRIAL}/state`} ${TRIAL}`;
}

/** Names a trial: its job and its resource. */
export function trialName(job: string, address: string): string {
  return `${job} ${address}`;
}

/**
 * Makes a change within a job, and waits: for the confirmation over a new connection of the client,
 * or for the end of the time, when systemd restores the old state. Fails then.
 */
export function onTrial({ address, what, old, paths, save, change, restore, hint }: Trial): Script {
  const couldNot = (act: string): Script =>
    fail(
      `Cannot ${act} ${what}: ${old} could not be restored`,
      `See why: journalctl -u fairness-deploy-trial; what was saved is in ${TRIAL}`,
    );
  return sh`
    fd_trial=${TRIAL}
    ${DEFINE_IS_UP}
    fd_ssh=
    ${FIND_CONNECTION}
    # What a killed job has left.
    [ ! -e "$fd_trial/restore" ] || sh "$fd_trial/restore" || ${couldNot('change')}
    rm -rf -- "$fd_trial"
    (
    umask 077
    mkdir -- "$fd_trial" "$fd_trial/files"
    ${lines(...paths.map((path, at) => sh`! { [ -e ${path} ] || [ -L ${path} ]; } || cp -a -T -- ${path} ${`${TRIAL}/files/${String(at)}`}`))}
    ${save ?? sh`:`}
    printf '%s %s\n' "\${FD_JOB##*/}" ${address} >"$fd_trial/of"
    cat >"$fd_trial/restore" <<${literal(`'${END_OF_PROGRAM}'`)}
    ${restoring(paths, restore)}
    ${literal(END_OF_PROGRAM)}
    printf '%s\n' ${TRIAL_STATE.armed} >"$fd_trial/state"
    )
    # cancel-job.ts ends the running step, and all that it has started so far.
    fd_cancelled() {
      trap '' TERM
      sh "$fd_trial/restore" || ${couldNot('change')}
      rm -rf -- "$fd_trial"
      ${fail(`Cannot change ${what}: that was cancelled. The host has restored ${old}`)}
    }
    trap fd_cancelled TERM
    ${ARM}
    fd_change() {
    set -eu
    ${change}
    }
    # Not in a condition: there, the shell would continue after a failure inside.
    set +e
    ( fd_change )
    fd_status=$?
    set -e
    if [ "$fd_status" != 0 ]; then
      sh "$fd_trial/restore" || ${couldNot('change')}
      rm -rf -- "$fd_trial"
      ${fail(`Cannot change ${what}, see above: the host has restored ${old}`)}
    fi
    if ! (
      exec 8>>${TRIAL_LOCK}
      flock 8
      [ "$(cat -- "$fd_trial/state")" = ${TRIAL_STATE.armed} ] || exit 1
      ${PRINT_START} >"$fd_trial/start" || exit
      ${setTrialState(TRIAL_STATE.tried)}
    ); then
      # The old state was restored while the change was still being made: restore it again.
      printf '%s\n' ${TRIAL_STATE.armed} >"$fd_trial/state"
      sh "$fd_trial/restore" || ${couldNot('change')}
      rm -rf -- "$fd_trial"
      ${fail(`Cannot change ${what}: that took more than ${String(TRIAL_SECONDS)} s. The host has restored ${old}`)}
    fi
    # What the host sends tells conntrack of the connection, which it may not know yet.
    echo ${TRIAL_BEGUN}
    fd_state() { cat -- "$fd_trial/state" 2>/dev/null || echo gone; }
    ${waitUntil({
      until: sh`[ "$(fd_state)" != ${TRIAL_STATE.tried} ]`,
      seconds: TRIAL_SECONDS + 15,
      pause: 0.1,
      // systemd does not: for instance, somebody has stopped the timer.
      otherwise: sh`sh "$fd_trial/restore" || :; break`,
    })}
    case $(fd_state) in
      ${TRIAL_STATE.confirmed})
        trap '' TERM
        ${DISARM}
        rm -rf -- "$fd_trial"
        echo 'A new connection has got in'
        ;;
      ${TRIAL_STATE.restored})
        rm -rf -- "$fd_trial"
        [ -z "$fd_ssh" ] || printf ${notice('This host sees the client at %s')}'\n' "\${fd_ssh%% *}"
        ${fail(
          `Cannot keep the change of ${what}: no new connection of the client got in within ${String(TRIAL_SECONDS)} s. The host has restored ${old}`,
          hint,
        )}
        ;;
      *)
        ${couldNot('keep the change of')}
        ;;
    esac`;
}

/** The program that restores what is not confirmed; then nothing of the clock is left. */
function restoring(paths: readonly string[], restore: Script): Script {
  const back = paths.map((path, at) => {
    const { dir, base } = posix.parse(path);
    const saved = `${TRIAL}/files/${String(at)}`;
    const staged = `${dir}/.${base}.fd-back`;
    return sh`
      if [ -e ${saved} ] || [ -L ${saved} ]; then
        mkdir -p -- ${dir}
        cp -a -T -- ${saved} ${staged}
        mv -fT -- ${staged} ${path}
      else
        rm -f -- ${path}
      fi`;
  });
  return sh`
    set -u
    fd_trial=${TRIAL}
    ${DEFINE_IS_UP}
    exec 8>>${TRIAL_LOCK}
    flock 8
    fd_restore() {
    set -eu
    ${lines(...back)}
    ${restore}
    }
    fd_status=0
    case $(cat -- "$fd_trial/state" 2>/dev/null) in
      ${TRIAL_STATE.armed} | ${TRIAL_STATE.tried})
        # Nobody else can do it: a failure may be over in a moment.
        for fd_pause in 1 3 0; do
          ( fd_restore )
          fd_status=$?
          [ "$fd_status" != 0 ] || break
          sleep "$fd_pause"
        done
        if [ "$fd_status" = 0 ]; then
          ${setTrialState(TRIAL_STATE.restored)}
        else
          ${setTrialState(TRIAL_STATE.broken)}
        fi
        ;;
    esac
    if [ "$fd_status" = 0 ]; then
      ${DISARM}
    fi
    exit "$fd_status"`;
}
