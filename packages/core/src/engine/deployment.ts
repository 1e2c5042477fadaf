import type { DeployPlan } from '../application/deploy-plan.js';
import { decides, PHASES, type ReleaseStep } from '../application/release-step.js';
import type { Resource } from '../resource/resource.js';
import { type Connection, lines, type Script } from '@fairness-deploy/shell';
import { collect } from './collect.js';
import { framed, framedRead } from './framed.js';
import type { Job, JobStep } from './job.js';
import type { Plan } from './plan.js';
import { planFrom, readScript } from './read.js';
import type { RecordCollector } from './records.js';
import { parseHolder, PRINT_HOLDER, type LockHolder } from './lock.js';
import type { JobObserver } from './job-progress.js';
import { runJob, type JobResult } from './run-job.js';

/** The record of what is deployed, beside those of the resources. */
const DEPLOYED = 'deployed';
/** The record of who holds the lock. */
const LOCKED = 'locked';

/** A plugin's script that tells how what it runs is. */
export interface StatusScript {
  readonly name: string;
  /** Prints lines for people; its status isn't 0 when something isn't well. */
  readonly script: Script;
}

/** What a host is before a deployment. */
export interface Deployed {
  /** What differs from the environment's description. */
  readonly drift: Plan;
  /** What the deployer's read script printed. */
  readonly output: string;
  /** The job that runs there at the moment. */
  readonly holder: LockHolder | undefined;
  /** What says of itself that it isn't well, and what it prints. */
  readonly unwell: readonly { readonly name: string; readonly output: string }[];
}

/**
 * Reads a host's resources and releases and whether what runs is well, in one round trip.
 *
 * @param resources in the order in which they are applied.
 * @throws Error when the releases can't be read.
 */
export async function readDeployed(
  connection: Connection,
  resources: readonly Resource[],
  read: Script,
  statuses: readonly StatusScript[],
): Promise<Deployed> {
  const records = await collect(connection, (nonce) =>
    lines(
      readScript(nonce, resources),
      framed(nonce, LOCKED, PRINT_HOLDER),
      framedRead(nonce, DEPLOYED, read),
      ...statuses.map(({ name, script }) => framed(nonce, name, script)),
    ),
  );
  return {
    drift: planFrom(records, resources),
    output: outputOf(records, connection.target.name),
    holder: parseHolder(records.get(LOCKED)?.output ?? ''),
    unwell: statuses.flatMap(({ name }) => {
      const record = records.get(name);
      return record?.status === 0 ? [] : [{ name, output: record?.output ?? '' }];
    }),
  };
}

/** How a deployment ended on a host. */
export interface DeploymentResult extends JobResult {
  /** What the deployer's read script printed afterwards; undefined when the job was cut off before. */
  readonly output: string | undefined;
}

/**
 * Runs the steps of a deployment and reads the releases again, in one round trip.
 *
 * @throws LockHeldError and JobLostError as {@link runJob} does.
 */
export async function runDeployment(
  connection: Connection,
  about: Pick<Job, 'id' | 'nonce' | 'description' | 'input' | 'wait'>,
  {
    steps,
    conclude,
  }: { readonly steps: readonly ReleaseStep[]; readonly conclude?: DeployPlan['conclude'] },
  read: Script,
  observer: JobObserver,
  connect?: () => Promise<Connection>,
): Promise<DeploymentResult> {
  const verify = framedRead(about.nonce, DEPLOYED, read);
  const ordered = inOrder(steps);
  const last = conclude?.(ordered);
  const result = await runJob(
    connection,
    { ...about, steps: jobSteps(ordered), verify, ...(last && { conclude: last }) },
    observer,
    connect,
  );
  return {
    ...result,
    output: result.finished ? outputOf(result.records, connection.target.name) : undefined,
  };
}

const PLACES = ['first', undefined, 'last'] as const;

/** By phase, within a phase by their place, and else as they were given. */
function inOrder(steps: readonly ReleaseStep[]): readonly ReleaseStep[] {
  return PHASES.flatMap((phase) =>
    PLACES.flatMap((place) => steps.filter((step) => step.phase === phase && step.place === place)),
  );
}

/**
 * Each builds on all those before it; one that decides, on those that decide: cleaning up may
 * have failed before it.
 */
function jobSteps(steps: readonly ReleaseStep[]): readonly JobStep[] {
  const last = { deciding: [] as readonly number[], cleaning: [] as readonly number[] };
  return steps.map((step, at) => {
    const { name, run, undo, onClient, clientOptional = false } = step;
    const afterwards = !decides(step);
    const after = afterwards ? [...last.deciding, ...last.cleaning] : last.deciding;
    last[afterwards ? 'cleaning' : 'deciding'] = [at];
    return {
      ...{ name, after, run, afterwards },
      ...(undo && { undo }),
      ...(onClient && { onClient, clientOptional }),
    };
  });
}

function outputOf(records: RecordCollector, host: string): string {
  const record = records.get(DEPLOYED);
  if (record?.status === 0 && !record.truncated) return record.output;
  const reason = records.get(`${DEPLOYED}!`)?.output.trim() ?? '';
  throw new Error(`Cannot read the releases of ${host}: ${reason === '' ? 'no answer' : reason}`);
}
