import type { Connection } from '@fairness-deploy/shell';
import { withHint } from '@fairness-deploy/shell/text';
import type { Difference } from '../resource/difference.js';
import type { Action, Address, Change, Resource } from '../resource/resource.js';
import type { Job, JobStep } from './job.js';
import { confirmTrial } from './confirm-trial.js';
import { planFrom, type Plan } from './plan.js';
import { readScript } from './read-script.js';
import type { JobObserver, StepResult } from './job-progress.js';
import { runJob } from './run-job.js';

/** How the change of a resource ended. */
export interface ChangeResult {
  readonly address: Address;
  readonly action: Action;
  /** `drifted`: it was applied without an error, and still differs when it is read again. */
  readonly status: 'changed' | 'failed' | 'not-run' | 'drifted';
  /** Whether it stays only if a new connection gets in. */
  readonly onTrial: boolean;
  /** The output of applying it. */
  readonly output: string;
  readonly milliseconds: number | undefined;
  /** What still differs, for `drifted`. */
  readonly differences: readonly Difference[];
  /**
   * The resources that it follows and that weren't applied: a possible reason why it still differs.
   */
  readonly hinderedBy: readonly Address[];
}

export interface ProvisionResult {
  readonly changes: readonly ChangeResult[];
  /** Addresses of resources that had no change in the plan, and differ now. */
  readonly spoiled: readonly Address[];
  /** False when the job was killed on the host. */
  readonly finished: boolean;
}

/**
 * Applies a plan and reads everything again, in one round trip.
 *
 * @param connect makes one more connection to the host: a change on trial stays only if there is one
 * @throws LockHeldError when another job changes the host; nothing was done then.
 * @throws ChangedSinceError when the host was changed since the plan was made; nothing was done then.
 * @throws JobLostError when the connection ends first.
 */
export async function applyPlan(
  connection: Connection,
  plan: Plan,
  about: Pick<Job, 'id' | 'nonce' | 'description' | 'wait'>,
  observer?: JobObserver,
  connect?: (signal?: AbortSignal) => Promise<Connection>,
): Promise<ProvisionResult> {
  const result = await runJob(
    connection,
    {
      ...about,
      steps: stepsOf(plan, about.id, connect),
      verify: readScript(about.nonce, plan.resources),
      ...(plan.mark !== undefined && { planned: plan.mark }),
    },
    observer,
  );
  const still = planFrom(result.records, plan.resources);
  const missed = new Set(
    result.steps.flatMap(({ status }, at) =>
      status === 'done' ? [] : (plan.changes[at]?.resource.address ?? []),
    ),
  );
  return {
    changes: plan.changes.map(({ resource, change }, at) =>
      changeResult(resource, change, result.steps[at], still, missed),
    ),
    spoiled: still.changes
      .map(({ resource }) => resource.address)
      .filter((address) => !plan.changes.some(({ resource }) => resource.address === address)),
    finished: result.finished,
  };
}

/**
 * A change waits for the changes of the resources that it comes after. Resources without a change
 * are there already.
 */
function stepsOf(
  plan: Plan,
  job: string,
  connect: ((signal?: AbortSignal) => Promise<Connection>) | undefined,
): readonly JobStep[] {
  const places = new Map(plan.changes.map(({ resource }, at) => [resource.address, at]));
  return plan.changes.map(({ resource: { address, after }, change }) => ({
    name: address,
    after: after.flatMap((one) => places.get(one) ?? []),
    run: change.apply,
    ...(change.onTrial && connect && { beside: confirmTrial(connect, job, address) }),
  }));
}

function changeResult(
  resource: Resource,
  { action, onTrial }: Change,
  step: StepResult | undefined,
  still: Plan,
  missed: ReadonlySet<Address>,
): ChangeResult {
  const left = still.changes.find((change) => change.resource.address === resource.address);
  const unreadable = still.unreadable.find((entry) => entry.resource.address === resource.address);
  const status = step?.status ?? 'not-run';
  const drifted = status === 'done' && (left !== undefined || unreadable !== undefined);
  return {
    address: resource.address,
    action,
    onTrial: onTrial === true,
    status: drifted ? 'drifted' : status === 'done' ? 'changed' : status,
    output: unreadable
      ? `${step?.output ?? ''}\n${withHint(unreadable.reason, unreadable.hint)}`
      : (step?.output ?? ''),
    milliseconds: step?.milliseconds,
    differences: drifted ? (left?.change.differences ?? []) : [],
    hinderedBy: resource.follows.filter((address) => missed.has(address)),
  };
}
