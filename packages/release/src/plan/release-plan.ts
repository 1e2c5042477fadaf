import type { ScheduledJob } from '@fairness-deploy/core';
import type { Script } from '@fairness-deploy/shell';
import type { Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import type { MigrationPlan } from '../scripts/release-spec.js';
import type { ReleaseStep } from '../order/release-step.js';

/** The plan that puts a release live on one host, without the steps of other plugins. */
export interface ReleasePlan {
  readonly release: Release;
  /** The programs of the release that is live when this is planned. */
  readonly previous: readonly Program[];
  /** The scheduled jobs of that release; undefined: nothing is live. */
  readonly previousSchedules?: readonly ScheduledJob[] | undefined;
  /** What was chosen for it, for people: `Node.js 24.11.1, the newest of 24`. */
  readonly chosen?: string;
  /** Sent along with the job; its steps find it as the file `$FD_INPUT`, readable by root. */
  readonly input?: Uint8Array;
  readonly steps: readonly ReleaseStep[];
  /** The workers that restart where they run, when nothing else is done. */
  readonly workers?: readonly Program[];
  /** Whether the migration runs, on the host that migrates. */
  readonly migration?: MigrationPlan;
  /**
   * The job's `conclude`, see {@link Job.conclude}: it records how the deployment ended.
   *
   * @param steps all steps of the job, those of the other plugins too, in their order
   */
  readonly conclude: (steps: readonly ReleaseStep[]) => Script;
}
