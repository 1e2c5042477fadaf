import {
  describeJob,
  type JobObserver,
  type JobThenOutput,
  runJobThenRead,
} from '@fairness-deploy/core/engine';
import { sh, type Connection } from '@fairness-deploy/shell';
import { jobSteps, orderSteps } from '../order/order-steps.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleasePlan } from '../plan/release-plan.js';

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
 * @throws LockHeldError and JobLostError as runJobAndRead() does.
 */
export function runReleaseSteps(
  connection: Connection,
  steps: readonly ReleaseStep[],
  { input, conclude }: Partial<Pick<ReleasePlan, 'input' | 'conclude'>> = {},
  options: FollowOptions = {},
): Promise<JobThenOutput> {
  const ordered = orderSteps(steps);
  return runJobThenRead(
    connection,
    {
      ...{ ...describeJob('deploy a test'), steps: jobSteps(ordered) },
      ...(input && { input }),
      ...(conclude && { conclude: conclude(ordered) }),
    },
    sh`:`,
    options.observer ?? {},
    options.connect,
  );
}
