/** A deployment of the past, as a host's history has it. */
export interface DeploymentRecord {
  /** The id of the release. */
  readonly release: string;
  readonly action: 'deploy' | 'rollback';
  /** `interrupted`: the host lost power, or the job was killed; the next deployment found that. */
  readonly outcome: 'good' | 'failed' | 'interrupted';
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Who deployed, such as `ana`, and from which machine. */
  readonly who: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** ISO 8601, UTC; of an interrupted one when that was found. */
  readonly finished: string;
  /** Seconds by phase, in their order. */
  readonly phases: Readonly<Record<string, number>>;
  /** The step that failed. */
  readonly failed?: string;
}
