import { posix } from 'node:path';
import { lines, literal, NOTICE_MARK, type Script, sh } from '@fairness-deploy/shell';
import { framed, SYSTEM_RECORD, type RecordName } from './framed.js';
import { gate, writeHeartbeat } from './gate.js';
import { LOCK, STATE } from '../state-folder.js';
import { CANCELLED, LOCK_HELD, type Job, type JobStep } from './job.js';
import { jobFolder, JOBS } from './job-folder.js';
import { CHANGED_SINCE, claimChange, PRINT_LAST_CHANGE, UNRECORDED } from './last-change.js';
import { DEFINE_PIPE, makePipes, REMOVE_PIPES, stepPipe } from './step-pipe.js';
import { PRINT_SYSTEM, unlessSupported } from '../system/host-system.js';
import { sweepJobs } from './sweep-jobs.js';
import { writeTask } from './task-folder.js';

/** The parent of the state folder, which may be on a disk of its own. */
const PARENT = posix.dirname(STATE);

/** How many KiB must be free to start a job: without a log its end would be unknown. */
const NEEDED_KIB = 1024;

/** For how many seconds a job waits for readers that hold the lock shared. */
const SHARED_LOCK_WAIT_SECONDS = 1;

/** The record of `conclude`. */
export const CONCLUDE = 'conclude';

/** The record of a job that was cancelled. */
export const CANCELLED_RECORD = 'cancelled';

/** The record of a job that found the host changed since its plan was made. */
export const CHANGED_RECORD = 'changed';

/** The record of a job that could not record itself as the last change. */
export const UNRECORDED_RECORD = 'unrecorded';

/** Exit status of a job that found a system that is not supported. As sysexits.h EX_CONFIG. */
const UNSUPPORTED = 78;

/** Status of a step that wasn't run because one that it comes after failed. */
const NOT_RUN = 'not-run';

/**
 * The script that runs a job's steps under the host's lock. It is one function, called by its last
 * line: an incomplete script runs nothing.
 */
export function jobScript(job: Job): Script {
  const { nonce } = job;
  const found = job.steps.findIndex(({ cleanup }) => cleanup);
  const firstCleanup = found === -1 ? job.steps.length : found;
  const steps = job.steps.map((step, at) => stepScript(nonce, step, at, at >= firstCleanup));
  return sh`
    fd_job() {
    umask 022
    fd_dir=${jobFolder(job.id)}
    FD_JOB=$fd_dir
    FD_INPUT=$fd_dir/input
    export FD_JOB FD_INPUT
    # cancel-job.ts kills the running step only; the job itself then runs the undo steps.
    FD_CANCELLED=0
    trap 'FD_CANCELLED=1' TERM
    echo $$ >"$fd_dir/pid"
    ${job.task ? sweepJobs('tasks') : takeLock(job)}
    ${DEFINE_PIPE}
    FD_STEPS=$fd_dir/steps
    FD_FAILED=0
    export FD_STEPS FD_FAILED FD_CANCELLED
    printf '%s\n' ${job.steps.map(({ name }) => JSON.stringify(name))} >"$fd_dir/names"
    # Created now: later, a step may have filled the disk.
    : >"$fd_dir/uncancellable.new"
    ${lines(...steps.slice(0, firstCleanup))}
    # From here on, cancelling kills nothing. Not '': the undo steps would ignore the signal too.
    trap : TERM
    mv -f -- "$fd_dir/uncancellable.new" "$fd_dir/uncancellable"
    if [ "$FD_CANCELLED" != 0 ]; then
    FD_FAILED=1
    printf '\n%s begin %s\n\n%s end %s 0\n' ${nonce} ${CANCELLED_RECORD} ${nonce} ${CANCELLED_RECORD}
    fi
    ${lines(...steps.slice(firstCleanup))}
    ${undoScript(job)}
    # Not left to a later job: that may come weeks later.
    rm -f "$FD_INPUT"
    ${REMOVE_PIPES}
    ${concludeScript(job)}
    (
    exec 9>&-
    ${job.verify}
    )
    printf '%s\n' "$FD_FAILED" >"$fd_dir/status.new"
    mv "$fd_dir/status.new" "$fd_dir/status"
    printf '\n%s begin finished\n\n%s end finished 0\n' ${nonce} ${nonce}
    return "$FD_FAILED"
    }
    fd_job`;
}

/** Takes the host's lock, or ends the job; then records the job and clears up after earlier ones. */
function takeLock({ id, nonce, description, planned, wait }: Job): Script {
  return sh`
    # Append: '>' would erase the holder's name before the lock is ours.
    exec 9>>${LOCK}
    if ! flock ${wait ? [] : ['-w', SHARED_LOCK_WAIT_SECONDS]} 9; then
    fd_refused=${LOCK_HELD}
    [ "$FD_CANCELLED" = 0 ] || fd_refused=${CANCELLED}
    printf '\n%s begin lock\n' ${nonce}
    cat ${LOCK}
    printf '\n%s end lock %s\n' ${nonce} "$fd_refused"
    printf 'refused\n' >"$fd_dir/status"
    return "$fd_refused"
    fi
    ${claimChange(description, id, planned, {
      changed: refuse(nonce, CHANGED_RECORD, PRINT_LAST_CHANGE, CHANGED_SINCE),
      unrecorded: refuse(nonce, UNRECORDED_RECORD, sh`printf '%s\n' "$fd_reason"`, UNRECORDED),
    })}
    : >${LOCK}
    printf '%s\n' ${[description.what, description.who, description.since, id]} >&9
    ${sweepJobs()}`;
}

/** Ends a job that has done nothing, with a record that says why. */
function refuse(nonce: string, record: RecordName, print: Script, status: number): Script {
  return sh`
    printf '\n%s begin %s\n' ${nonce} ${record}
    ${print}
    printf '\n%s end %s %s\n' ${nonce} ${record} ${status}
    printf 'refused\n' >"$fd_dir/status"
    return ${status}`;
}

function stepRecord(at: number): RecordName {
  return `step-${String(at)}`;
}

function undoRecord(at: number): RecordName {
  return `undo-${String(at)}`;
}

/** The records of a job whose output comes through a pipe. */
export function pipedRecords(job: Job): readonly RecordName[] {
  return job.steps.flatMap(({ undo }, at) => [stepRecord(at), ...(undo ? [undoRecord(at)] : [])]);
}

/** @param uncancellable whether the record comes when it is too late to cancel the job */
function stepScript(nonce: string, step: JobStep, at: number, uncancellable: boolean): Script {
  const record = stepRecord(at);
  const status = literal(`fd_s${String(at)}`);
  // Closed for the step: a daemon that it starts must not inherit the lock.
  const run = framed(
    nonce,
    record,
    sh`exec 9>&-
${step.onClient ? lines(gate(String(at), step.clientOptional), step.run) : step.run}`,
    stepPipe(record),
  );
  const conditions = [
    uncancellable ? sh`[ "$FD_FAILED" = 0 ]` : sh`[ "$FD_CANCELLED" = 0 ]`,
    ...step.after.map((index) => sh`[ ${literal(`"$fd_s${String(index)}"`)} = 0 ]`),
  ];
  return sh`
    ${status}=${NOT_RUN}
    if ${joinWith(' && ', conditions)}; then
    read -r fd_begun _ </proc/uptime
    ${run}
    ${status}=$fd_status
    printf '%s %s %s %s\n' ${at} "$fd_status" "$fd_begun" "$fd_time" >>"$FD_STEPS"
    ${step.cleanup ? sh`:` : sh`[ "$fd_status" = 0 ] || FD_FAILED=1`}
    fi`;
}

/** Undoes, last first, the steps that succeeded, and the one that failed half way. */
function undoScript(job: Job): Script {
  const undos = job.steps
    .map((step, at) => ({ step, at }))
    .reverse()
    .flatMap(({ step, at }) => {
      if (!step.undo) return [];
      const run = framed(
        job.nonce,
        undoRecord(at),
        sh`exec 9>&-
${step.undo}`,
        stepPipe(undoRecord(at)),
      );
      return [
        sh`
        if [ ${literal(`"$fd_s${String(at)}"`)} != ${NOT_RUN} ]; then
        ${run}
        fi`,
      ];
    });
  if (undos.length === 0) return sh`:`;
  return sh`
    if [ "$FD_FAILED" != 0 ]; then
    ${lines(...undos)}
    fi`;
}

function concludeScript({ nonce, conclude }: Job): Script {
  if (!conclude) return sh`:`;
  return framed(
    nonce,
    CONCLUDE,
    sh`exec 9>&-
${conclude}`,
  );
}

/**
 * Starts a job in a session of its own and follows its log until the job ends. Does nothing on a host
 * with a system that is not supported: whatever changes a host is a job. Prints the log. The
 * job's script comes on standard input: it is in no file and on no command line.
 */
export function startScript(job: Job): Script {
  const end = `fd_end_${job.nonce}`;
  const receive =
    job.input === undefined
      ? sh`exec 3<&-`
      : sh`
        cat <&3 >"$fd_dir/input"
        exec 3<&-
        if [ "$(wc -c <"$fd_dir/input")" -ne ${job.input.length} ]; then
        echo 'what was sent along came only in part' >&2
        exit 74
        fi`;
  return sh`
    ${unlessSupported(sh`
      printf '\n%s begin %s\n' ${job.nonce} ${SYSTEM_RECORD}
      ${PRINT_SYSTEM}
      printf '\n%s end %s %s\n' ${job.nonce} ${SYSTEM_RECORD} ${UNSUPPORTED}
      exit ${UNSUPPORTED}`)}
    ${makeFolder(job)}
    ${receive}
    ${describeFolder(job)}
    ${makePipes(pipedRecords(job))}
    ${writeHeartbeat(literal('"$fd_dir/client"'))}
    trap - EXIT
    setsid sh -s >>"$fd_dir/log" 2>&1 <<${literal(`'${end}'`)} &
    ${jobScript(job)}
    ${literal(end)}
    # While the shell waits for tail, it reaps the ended job: so --pid sees no zombie.
    fd_pid=$!
    tail -n +1 -f -s 0.05 --pid="$fd_pid" "$fd_dir/log"
    # A refused job has done nothing worth keeping.
    if [ "$(cat "$fd_dir/status" 2>/dev/null)" = refused ]; then rm -rf "$fd_dir"; fi`;
}

/** Makes a job's folder, `$fd_dir`. It is removed on exit, until the trap is taken away. */
export function makeFolder({ id }: Pick<Job, 'id'>): Script {
  return sh`
    set -eu
    umask 077
    fd_dir=${jobFolder(id)}
    fd_disk=${STATE}
    [ -d "$fd_disk" ] || fd_disk=${PARENT}
    fd_free=$(df -Pk "$fd_disk" | while read -r _ _ _ fd_free _; do echo "$fd_free"; done | tail -n 1)
    if [ "$fd_free" -lt ${NEEDED_KIB} ]; then
    printf ${"the disk of %s is full, and a job's log needs room there\\n"} "$fd_disk" >&2
    exit 28
    fi
    mkdir -p ${JOBS}
    mkdir "$fd_dir"
    # The folder is removed on exit until the job exists: it must not fill the disk.
    trap 'rm -rf -- "$fd_dir"' EXIT`;
}

/** Writes what the job is into its folder, and an empty log. */
export function describeFolder({
  description: { what, who, since },
  nonce,
  release,
  task,
}: Pick<Job, 'description' | 'nonce' | 'release' | 'task'>): Script {
  return sh`
    ${task ? writeTask(task) : sh`:`}
    printf '%s\n' ${[what, who, since, nonce, NOTICE_MARK]} >"$fd_dir/job"
    ${release === undefined ? sh`:` : sh`printf '%s\n' ${release} >"$fd_dir/release"`}
    : >"$fd_dir/log"`;
}

function joinWith(separator: string, scripts: readonly Script[]): Script {
  return scripts.reduce((joined, script) => sh`${joined}${literal(separator)}${script}`);
}
