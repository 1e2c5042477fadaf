import { fail, notice, type Script, sh } from '@fairness-deploy/shell';
import { jobFolder } from './job-folder.js';

/**
 * For how many seconds a job at a gate waits for a heartbeat of its client: longer than a short
 * network failure, shorter than people wait.
 */
const HEARTBEAT_TIMEOUT_SECONDS = 45;

/** Milliseconds between two heartbeats of a client. */
export const HEARTBEAT_INTERVAL_MILLISECONDS = 10_000;

/**
 * A step of a job that waits until its client lets it continue or fail. Without a heartbeat of the
 * client it fails, so that the job undoes its steps.
 *
 * @param name names this gate in the job: letters, digits and -
 * @param optional continues without the client, and says so
 */
export function gate(name: string, optional = false): Script {
  const answer = `answer-${name}`;
  const silence = `no heartbeat of the client that started this for ${String(HEARTBEAT_TIMEOUT_SECONDS)} s`;
  const alone = optional
    ? sh`{ printf '%s\n' ${notice(`Continuing alone: ${silence}`)}; break; }`
    : fail(`Cannot continue: ${silence}`);
  return sh`
    while :; do
      if [ -s "$FD_JOB/"${answer} ]; then
        fd_answer=$(cat -- "$FD_JOB/"${answer})
        [ "$fd_answer" != go ] || break
        printf '%s\n' "$fd_answer" >&2
        exit 1
      fi
      read -r fd_now _ </proc/uptime
      read -r fd_sign <"$FD_JOB/client" || fd_sign=0
      [ "$((\${fd_now%.*} - \${fd_sign%.*}))" -lt ${HEARTBEAT_TIMEOUT_SECONDS} ] || ${alone}
      sleep 0.1
    done`;
}

/**
 * Sends the answer for which a job waits at a gate.
 *
 * @param reason why the job must not continue; undefined: it may
 */
export function answerGate(jobId: string, name: string, reason?: string): Script {
  const file = `${jobFolder(jobId)}/answer-${name}`;
  // Never the word that opens the gate, and no control characters.
  const answer =
    reason === undefined ? 'go' : `Stopped: ${reason.replaceAll(/[^\P{Cc}\n]+/gu, ' ')}`;
  return sh`
    set -eu
    printf '%s\n' ${answer} >${file}.new
    mv -fT -- ${file}.new ${file}`;
}

/** Writes the heartbeat of a job's client. */
export function sendHeartbeat(jobId: string): Script {
  return sh`[ ! -d ${jobFolder(jobId)} ] || ${writeHeartbeat(`${jobFolder(jobId)}/client`)}`;
}

/**
 * Writes the client's heartbeat, in seconds since boot, atomically: a half-written file on a full disk
 * could look like a recent heartbeat.
 */
export function writeHeartbeat(file: Script | string): Script {
  return sh`{ read -r fd_now _ </proc/uptime && printf '%s\n' "$fd_now" >${file}.new && mv -fT -- ${file}.new ${file}; }`;
}
