import type { DeploymentOrigin } from '../host/history-entry.js';

/** How a deployment or a rollback ended on a host. */
export interface HostReport {
  readonly name: string;
  /**
   * `unchanged`: it was live already. `not-run`: nothing was done, because of a failure elsewhere.
   * `unknown`: the connection was lost, or the user detached, so the end of the job is unknown.
   */
  readonly outcome: 'changed' | 'unchanged' | 'failed' | 'not-run' | 'unknown';
  /** A line for people. */
  readonly summary: string;
  /** The step that failed. */
  readonly failed?: string;
}

/** How a deployment or a rollback ended, as far as the client knows. No secret is in it. */
export interface DeploymentReport extends DeploymentOrigin {
  readonly environment: string;
  /** The application's name. */
  readonly application?: string;
  readonly outcome: 'success' | 'failure' | 'unknown';
  /** Seconds. */
  readonly duration: number;
  readonly hosts: readonly HostReport[];
}
