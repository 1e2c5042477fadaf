import { runDeployment } from '../engine/deployment.js';
import { describeJob } from '../engine/describe-job.js';
import type { JobResult } from '../engine/run-job.js';
import type { ReleaseStep } from '../plugin/plugin.js';
import { sh } from '../script/sh.js';
import type { Connection } from '../transport/transport.js';

/**
 * Runs steps on a host as a deployment does: by phase, as one job, and back when one fails.
 *
 * @param input what the steps find in `$FD_INPUT`
 * @throws LockHeldError and JobLostError as runJob() does.
 */
export function runReleaseSteps(
  connection: Connection,
  steps: readonly ReleaseStep[],
  input?: Uint8Array,
): Promise<JobResult> {
  const about = { ...describeJob('deploy a test'), ...(input && { input }) };
  return runDeployment(connection, about, steps, sh`:`, {});
}
