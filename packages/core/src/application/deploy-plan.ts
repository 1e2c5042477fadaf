import type { Script } from '@fairness-deploy/shell';
import type { Release } from './release.js';
import type { ReleaseStep } from './release-step.js';

/** What has to be done on one host to deploy the source. */
export interface DeployPlan {
  readonly release: Release;
  /** Sent along with the job; its steps find it as the file `$FD_INPUT`, readable by root. */
  readonly input?: Uint8Array;
  readonly steps: readonly ReleaseStep[];
  /**
   * The last word of the job, see {@link Job.conclude}: it writes down how it went.
   *
   * @param steps all of the job's, those of the other plugins too, in the order in which they run
   */
  readonly conclude?: (steps: readonly ReleaseStep[]) => Script;
}
