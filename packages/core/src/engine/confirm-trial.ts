/** The client's side of a change on trial: it gets in over a new connection, and says so there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@fairness-deploy/shell/text';
import { ConnectError, type Connection, notice, type Script, sh } from '@fairness-deploy/shell';
import { setTrialState, TRIAL_STATE, trialName } from '../resource-parts/trial.js';
import { TRIAL, TRIAL_LOCK } from '../resource-parts/trial-units.js';
import { DEFINE_LIVES, jobFolder } from './job-folder.js';
import type { OnClient } from './job.js';

/** Milliseconds before the next try, when the host says that this one came too early. */
const PAUSE_MILLISECONDS = 250;

/**
 * How long one try may take. One that began just before the change may never get an answer, and must not use up
 * the time of the trial.
 */
const ATTEMPT_MILLISECONDS = 12_000;

/** A failure that is over soon, such as while sshd loads its configuration, is no news. */
const NEWS_MILLISECONDS = 2000;

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
    let failures = 0;
    const since = performance.now();
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      let pause = PAUSE_MILLISECONDS;
      try {
        if ((await answerOver(connect, signal, confirmScript(job, address))) !== EARLY) return;
      } catch (error) {
        if (isOver()) return;
        const why = describeFailure(error).split('\n')[0] ?? '';
        const isNews = why !== said && performance.now() - since > NEWS_MILLISECONDS;
        if (isNews) say(notice(`No new connection gets in: ${why}`));
        said = isNews ? why : said;
        failures += 1;
        pause = pauseAfter(error, failures);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  };
}

/**
 * Milliseconds before the next try to connect. A login that is refused again and again would be taken for an
 * attack, by fail2ban or sshd itself (sshd_config(5), PerSourcePenalties).
 *
 * @param failures how many there were: the first one may have met sshd as it loaded its configuration
 */
export function pauseAfter(error: unknown, failures: number): number {
  const isOfNetwork =
    error instanceof ConnectError && ['unreachable', 'timeout'].includes(error.reason);
  return isOfNetwork || failures === 1 ? 1000 : 10_000;
}

async function answerOver(
  connect: (signal: AbortSignal) => Promise<Connection>,
  signal: AbortSignal,
  script: Script,
): Promise<string> {
  const attempt = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MILLISECONDS)]);
  const connection = await connect(attempt).catch((error: unknown) => {
    if (signal.aborted || !attempt.aborted) throw error;
    const seconds = String(ATTEMPT_MILLISECONDS / 1000);
    throw new ConnectError('timeout', `Cannot connect: no login within ${seconds} s`, {
      cause: error,
    });
  });
  try {
    const { stdout } = await connection.run(script, { deadline: 10, signal });
    return stdout.toString().trim();
  } finally {
    await connection.close();
  }
}
