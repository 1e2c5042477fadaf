/** The client's side of a change on trial: it gets in over a new connection, and says so there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@fairness-deploy/shell/text';
import { type Connection, notice, type Script, sh } from '@fairness-deploy/shell';
import { setTrialState, TRIAL_STATE, trialName } from '../resource-parts/trial.js';
import { TRIAL, TRIAL_LOCK } from '../resource-parts/trial-units.js';
import { DEFINE_LIVES, jobFolder } from './job-folder.js';
import type { OnClient } from './job.js';

/** Milliseconds between two tries. */
const PAUSE_MILLISECONDS = 250;

/** The answers of the host. */
const CONFIRMED = 'confirmed';
const EARLY = 'early';

/**
 * Confirms a change on trial, if it is this job's, the job runs, and this connection was made after the
 * change. Prints `confirmed`; `early` when a later connection may confirm it; `over` when none can.
 */
export function confirmScript(job: string, address: string): Script {
  return sh`
    set -eu
    ${DEFINE_LIVES}
    fd_trial=${TRIAL}
    if [ ! -d "$fd_trial" ]; then
      echo ${EARLY}
      exit 0
    fi
    exec 8>>${TRIAL_LOCK}
    flock 8
    fd_of=$(cat -- "$fd_trial/of" 2>/dev/null) || fd_of=
    fd_state=$(cat -- "$fd_trial/state" 2>/dev/null) || fd_state=
    # An earlier trial may have left its folder.
    if [ "$fd_of" != ${trialName(job, address)} ] || [ "$fd_state" = ${TRIAL_STATE.armed} ]; then
      echo ${EARLY}
      exit 0
    fi
    if [ "$fd_state" != ${TRIAL_STATE.tried} ] || ! fd_lives ${jobFolder(job)}; then
      echo over
      exit 0
    fi
    # sshd starts a process for each connection. Where there is none, this shell counts.
    fd_session=$$
    fd_pid=$$
    while [ "\${fd_pid:-0}" -gt 1 ]; do
      case $(cat "/proc/$fd_pid/comm") in
        sshd*)
          fd_session=$fd_pid
          break
          ;;
      esac
      fd_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$fd_pid/status")
    done
    fd_start=$(sed 's/.*) //' "/proc/$fd_session/stat" | cut -d ' ' -f 20)
    if [ "$fd_start" -le "$(cat -- "$fd_trial/start")" ]; then
      echo ${EARLY}
      exit 0
    fi
    ${setTrialState(TRIAL_STATE.confirmed)}
    echo ${CONFIRMED}`;
}

/**
 * Connects anew until the host takes a connection for a confirmation, or its time is over.
 *
 * @param connect makes a new connection, all the way
 */
export function confirmTrial(
  connect: (signal: AbortSignal) => Promise<Connection>,
  job: string,
  address: string,
): OnClient {
  return async (say, signal) => {
    let said = '';
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        if ((await answerOver(connect, signal, confirmScript(job, address))) !== EARLY) return;
      } catch (error) {
        if (isOver()) return;
        const why = describeFailure(error).split('\n')[0] ?? '';
        if (why !== said) say(notice(`No new connection gets in: ${why}`));
        said = why;
      }
      await sleep(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  };
}

async function answerOver(
  connect: (signal: AbortSignal) => Promise<Connection>,
  signal: AbortSignal,
  script: Script,
): Promise<string> {
  const connection = await connect(signal);
  try {
    const { stdout } = await connection.run(script, { deadline: 10, signal });
    return stdout.toString().trim();
  } finally {
    await connection.close();
  }
}
