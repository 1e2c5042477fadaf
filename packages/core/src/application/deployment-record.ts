import type { DeploymentOrigin } from './deployment-origin.js';

/** A deployment of the past, as a host's history has it. */
export interface DeploymentRecord extends DeploymentOrigin {
  /** The id of the release. */
  readonly release: string;
  /**
   * `cancelled`: somebody cancelled it, or the host was shut down, and its steps were undone.
   * `interrupted`: the host lost power, or the job was killed; the
   * next deployment found that.
   */
  readonly outcome: 'good' | 'failed' | 'cancelled' | 'interrupted';
  /** ISO 8601, UTC; of an interrupted one when that was found. */
  readonly finished: string;
  /** Seconds by phase, in their order. */
  readonly phases: Readonly<Record<string, number>>;
  /** The step that failed, or was ended by cancelling. */
  readonly failed?: string;
}
