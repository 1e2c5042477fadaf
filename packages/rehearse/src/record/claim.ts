import { setTimeout as sleep } from 'node:timers/promises';
import { HintedError } from '@fairness-deploy/shell/text';
import { hasStageHosts, removeStageHosts } from '../hosts/stage-hosts.js';
import { isRunning, processStart } from '../state/process-start.js';
import type { Rehearsed } from '../state/state-folder.js';
import { makeRecord, readRecord, removeRecord, takeAway, type RehearsalRecord } from './record.js';

const POLL_MILLISECONDS = 100;

/** What stands in the way of a rehearsal. */
type Obstacle = 'running' | 'kept' | 'being removed' | 'left';

/**
 * Takes the stage of an environment for this process. Removes what a rehearsal has left whose process and
 * janitor have ended, such as before a power cut.
 *
 * @throws HintedError when another rehearsal of the environment runs, or was kept.
 */
export async function claimStage(of: Rehearsed, report: (text: string) => void): Promise<void> {
  const { environment } = of;
  await takeStage(of, (obstacle, pid) => {
    if (obstacle === 'running') {
      throw new HintedError(
        `Cannot rehearse ${environment}: another rehearsal of it runs (process ${pid})`,
        { hint: 'wait until it has ended' },
      );
    }
    throw new HintedError(
      `Cannot rehearse ${environment}: the hosts of an earlier rehearsal were kept`,
      { hint: `remove them: npx nx run ${environment}:rehearse --remove` },
    );
  });
  if (!(await hasStageHosts(of))) return;
  report('An earlier rehearsal has left hosts: removing them');
  await removeStageHosts(of);
}

/**
 * Removes a kept rehearsal, or one that was left.
 *
 * @returns whether there was one.
 * @throws HintedError when it runs.
 */
export async function removeRehearsal(of: Rehearsed): Promise<boolean> {
  const { environment } = of;
  const wasKept = readRecord(of)?.isKept ?? false;
  await takeStage(of, (obstacle, pid) => {
    if (obstacle === 'kept') return;
    throw new HintedError(
      `Cannot remove the rehearsal of ${environment}: it runs (process ${pid})`,
      { hint: 'end it with Ctrl-C: it removes its hosts then' },
    );
  });
  const hasHosts = await hasStageHosts(of);
  await removeStageHosts(of);
  removeRecord(of);
  return wasKept || hasHosts;
}

/**
 * Makes this process the one whose the stage is.
 *
 * @param judge throws when the obstacle can't be removed
 */
async function takeStage(
  of: Rehearsed,
  judge: (obstacle: 'running' | 'kept', pid: string) => void,
): Promise<void> {
  const self = await processStart(process.pid);
  if (!self) throw new Error('Cannot rehearse: ps does not know this process');
  while (!makeRecord(of, { process: self, isKept: false })) {
    const record = readRecord(of);
    const obstacle = await obstacleOf(record);
    if (obstacle === 'being removed') {
      await sleep(POLL_MILLISECONDS);
      continue;
    }
    if (obstacle !== 'left') judge(obstacle, String(record?.process.pid));
    takeAway(of, record);
  }
}

/** @param record undefined: a power cut has left a broken one */
async function obstacleOf(record: RehearsalRecord | undefined): Promise<Obstacle> {
  if (!record) return 'left';
  if (await isRunning(record.process)) return 'running';
  if (record.isKept) return 'kept';
  return (await isRunning(record.janitor)) ? 'being removed' : 'left';
}
