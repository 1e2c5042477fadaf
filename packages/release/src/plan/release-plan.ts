import type { Script } from '@fairness-deploy/shell';
import type { Release } from '../application/release.js';
import type { ReleaseStep } from '../order/release-step.js';

/** What has to be done on one host for a release to go live, but for the steps of other plugins. */
export interface ReleasePlan {
  readonly release: Release;
  /** Sent along with the job; its steps find it as the file `$FD_INPUT`, readable by root. */
  readonly input?: Uint8Array;
  readonly steps: readonly ReleaseStep[];
  /**
   * The last word of the job, see {@link Job.conclude}: it writes down how it went.
   *
   * @param steps all of the job's, those of the other plugins too, in the order in which they run
   */
  readonly conclude: (steps: readonly ReleaseStep[]) => Script;
}
