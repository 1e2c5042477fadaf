/** How a deployment or a rollback ended on a host. */
export interface HostReport {
  readonly name: string;
  /**
   * `unchanged`: it ran already. `not-run`: nothing was done, as something failed elsewhere.
   * `unknown`: the connection was lost, or the user left; what runs there goes on by itself.
   */
  readonly outcome: 'changed' | 'unchanged' | 'failed' | 'not-run' | 'unknown';
  /** A line for people. */
  readonly summary: string;
  /** The step that failed. */
  readonly failed?: string;
}

/** How a deployment or a rollback ended, as far as the client knows. No secret is in it. */
export interface DeploymentReport {
  readonly environment: string;
  /** The application's name. */
  readonly application?: string;
  readonly action: 'deploy' | 'rollback';
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Who deployed, such as `ana`, and from which machine. */
  readonly who: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Seconds. */
  readonly duration: number;
  readonly hosts: readonly HostReport[];
}
