/** What is known of a deployment from its beginning. */
export interface DeploymentOrigin {
  readonly action: 'deploy' | 'rollback';
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Who deployed, such as `ana`, and from which machine. */
  readonly who: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly started: string;
}
