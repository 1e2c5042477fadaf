import { setTimeout as sleep } from 'node:timers/promises';
import { removeLock, withFreeLock } from '@fairness-deploy/sandbox';
import { HintedError, quote } from '@fairness-deploy/shell/text';
import { hasStageHosts, removeStageHosts } from '../hosts/stage-hosts.js';
import { hasRecord, readRecord, removeRecord, writeRecord } from './record.js';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';

const POLL_MILLISECONDS = 200;

/** How long the janitor of an earlier rehearsal may take. */
const PATIENCE_SECONDS = 120;

/** How a claim is made. */
export interface ClaimOptions {
  /** Shows people a line. */
  readonly report: (text: string) => void;
  /** How long an earlier rehearsal that ends is waited for. Default: 120. */
  readonly patience?: number;
}

/**
 * Does work while this process alone may have hosts for rehearsals of the environment. The system ends the
 * claim with this process, however it ends. Removes before what a rehearsal has left whose process and
 * janitor have ended, such as before a power cut.
 *
 * @param work gets the id of the rehearsal, which is on record from then on
 * @throws HintedError when another rehearsal of the environment runs, or was kept; also one whose record is elsewhere.
 */
export function claimStage<T>(
  of: Rehearsed,
  options: ClaimOptions,
  work: (id: string) => Promise<T>,
): Promise<T> {
  const { environment } = of;
  const refusal = (pid: number): HintedError =>
    new HintedError(
      `Cannot rehearse ${environment}: another rehearsal of it runs (process ${String(pid)})`,
      { hint: 'wait until it has ended' },
    );
  return alone(of, { ...options, refusal }, async () => {
    if (readRecord(of)?.state === 'kept') {
      throw new HintedError(
        `Cannot rehearse ${environment}: the hosts of an earlier rehearsal were kept`,
        { hint: `remove them: npx nx run ${environment}:rehearse --remove` },
      );
    }
    const hasHosts = await hasStageHosts(of);
    if (hasHosts && !hasRecord(of)) throw withoutRecord(of);
    const id = crypto.randomUUID();
    writeRecord(of, { id, pid: process.pid, state: 'running' });
    if (hasHosts) {
      options.report('An earlier rehearsal has left hosts: removing them');
      await removeStageHosts(of);
    }
    return work(id);
  });
}

/**
 * Removes a kept rehearsal, or one that was left.
 *
 * @returns whether there was one.
 * @throws HintedError when it runs.
 */
export function removeRehearsal(of: Rehearsed, options: ClaimOptions): Promise<boolean> {
  const refusal = (pid: number): HintedError =>
    new HintedError(
      `Cannot remove the rehearsal of ${of.environment}: it runs (process ${String(pid)})`,
      { hint: 'end it with Ctrl-C: it removes its hosts then' },
    );
  return alone(of, { ...options, refusal }, async () => {
    const wasKept = readRecord(of)?.state === 'kept';
    const hasHosts = await hasStageHosts(of);
    await removeStageHosts(of);
    removeRecord(of);
    return wasKept || hasHosts;
  });
}

/**
 * Does work under the lock of the rehearsal.
 *
 * @param refusal the error when a process that still runs has the lock
 */
async function alone<T>(
  of: Rehearsed,
  {
    report,
    refusal,
    patience = PATIENCE_SECONDS,
  }: ClaimOptions & { readonly refusal: (pid: number) => HintedError },
  work: () => Promise<T>,
): Promise<T> {
  const { lock } = pathsOf(of);
  const end = performance.now() + patience * 1000;
  const results: T[] = [];
  for (let isTold = false; ; isTold = true) {
    await withFreeLock(lock, async () => {
      try {
        results.push(await work());
      } finally {
        await removeLock(lock);
      }
    });
    for (const result of results) return result;
    const record = readRecord(of);
    if (record?.state === 'running' && isAlive(record.pid)) throw refusal(record.pid);
    if (performance.now() > end) throw tooLong(of);
    if (!isTold) report('Waiting until the hosts of an earlier rehearsal are removed');
    await sleep(POLL_MILLISECONDS);
  }
}

/** Only of use while the lock is held: the pid may be another process's later. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A record is written before the first host, and removed after the last one. */
function withoutRecord(of: Rehearsed): HintedError {
  const { environment } = of;
  return new HintedError(
    `Cannot rehearse ${environment}: there are hosts of an earlier rehearsal, and no record of it in ${pathsOf(of).folder}: they may have been kept under another XDG_STATE_HOME`,
    { hint: `if nobody needs them, remove them: npx nx run ${environment}:rehearse --remove` },
  );
}

function tooLong(of: Rehearsed): HintedError {
  return new HintedError(
    `Cannot rehearse ${of.environment}: the hosts of an earlier rehearsal are still being removed`,
    { hint: `see what its janitor says: cat ${quote(pathsOf(of).janitorLog)}` },
  );
}
