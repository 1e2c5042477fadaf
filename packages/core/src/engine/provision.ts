import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Difference } from '../resource/difference.js';
import type { Action, Address, Resource } from '../resource/resource.js';
import type { Connection } from '../transport/transport.js';
import { compose } from './compose.js';
import type { JobDescription, JobStep } from './job.js';
import { order } from './order.js';
import type { Plan } from './plan.js';
import { planFrom, readScript } from './read.js';
import { RecordCollector } from './records.js';
import { runJob, type JobObserver, type StepResult } from './run-job.js';

/** Unguessable, and safe as a file's or a shell function's name. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/** Sorts by time of start. */
export function newJobId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** Who does what, for the lock and the log. */
export function describeJob(what: string, now: Date): JobDescription {
  return { what, who: `${userInfo().username}@${hostname()}`, since: now.toISOString() };
}

/**
 * Reads a host's state and tells what has to be done, in one round trip.
 *
 * @throws Error when the resources contradict each other or can't be ordered, before anything is sent.
 */
export async function planHost(
  connection: Connection,
  declared: readonly Resource[],
): Promise<Plan> {
  const resources = order(compose(declared));
  const nonce = newNonce();
  const records = new RecordCollector(nonce);
  await connection.run(readScript(nonce, resources), {
    onOutput: (chunk) => {
      records.push(chunk);
    },
  });
  return planFrom(records, resources);
}

/** How the change of a resource ended. */
export interface ChangeResult {
  readonly address: Address;
  readonly action: Action;
  /** `drifted`: it was applied without an error, and read again it still differs. */
  readonly status: 'changed' | 'failed' | 'not-run' | 'drifted';
  /** What applying it printed. */
  readonly output: string;
  readonly milliseconds: number | undefined;
  /** What still differs, for `drifted`. */
  readonly differences: readonly Difference[];
  /** What it follows that wasn't applied, and so may be why it still differs. */
  readonly hinderedBy: readonly Address[];
}

export interface ProvisionResult {
  readonly changes: readonly ChangeResult[];
  /** Addresses that were in their state when the plan was made, and aren't any more. */
  readonly spoiled: readonly Address[];
  /** False when the job was killed on the host. */
  readonly finished: boolean;
}

/**
 * Applies a plan and reads everything again, in one round trip.
 *
 * @throws LockHeldError when another job changes the host; nothing was done then.
 * @throws JobLostError when the connection ends first.
 */
export async function applyPlan(
  connection: Connection,
  plan: Plan,
  description: JobDescription,
  observer?: JobObserver,
): Promise<ProvisionResult> {
  const nonce = newNonce();
  const result = await runJob(
    connection,
    {
      id: newJobId(new Date(description.since)),
      nonce,
      description,
      steps: stepsOf(plan),
      verify: readScript(nonce, plan.resources),
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
      changeResult(resource, change.action, result.steps[at], still, missed),
    ),
    spoiled: still.changes
      .map(({ resource }) => resource.address)
      .filter((address) => !plan.changes.some(({ resource }) => resource.address === address)),
    finished: result.finished,
  };
}

/** A change waits for those changes that its resource comes after; what needs no change is there already. */
function stepsOf(plan: Plan): readonly JobStep[] {
  const places = new Map(plan.changes.map(({ resource }, at) => [resource.address, at]));
  return plan.changes.map(({ resource, change }) => ({
    name: resource.address,
    after: resource.after.flatMap((address) => places.get(address) ?? []),
    run: change.apply,
  }));
}

function changeResult(
  resource: Resource,
  action: Action,
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
    status: drifted ? 'drifted' : status === 'done' ? 'changed' : status,
    output: unreadable ? `${step?.output ?? ''}\n${unreadable.reason}` : (step?.output ?? ''),
    milliseconds: step?.milliseconds,
    differences: drifted ? (left?.change.differences ?? []) : [],
    hinderedBy: resource.follows.filter((address) => missed.has(address)),
  };
}
