import { runDeployment } from '../engine/deployment.js';
import { describeJob } from '../engine/describe-job.js';
import type { JobObserver } from '../engine/job-progress.js';
import type { JobResult } from '../engine/run-job.js';
import type { DeployPlan } from '../application/deploy-plan.js';
import type { ReleaseStep } from '../application/release-step.js';
import { type Connection, sh } from '@fairness-deploy/shell';

/** What following a job needs besides the connection. */
export interface FollowOptions {
  readonly observer?: JobObserver;
  /** Makes one more connection. */
  readonly connect?: () => Promise<Connection>;
}

/**
 * Runs steps on a host as a deployment does: by phase, as one job, and back when one fails.
 *
 * @param plan its input, which the steps find in `$FD_INPUT`, and its last word
 * @param options how it is followed, and how steps are answered that wait for the client
 * @throws LockHeldError and JobLostError as runJob() does.
 */
export function runReleaseSteps(
  connection: Connection,
  steps: readonly ReleaseStep[],
  { input, conclude }: Pick<DeployPlan, 'input' | 'conclude'> = {},
  options: FollowOptions = {},
): Promise<JobResult> {
  const about = { ...describeJob('deploy a test'), ...(input && { input }) };
  return runDeployment(
    connection,
    about,
    { steps, ...(conclude && { conclude }) },
    sh`:`,
    options.observer ?? {},
    options.connect,
  );
}
