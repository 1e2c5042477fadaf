import type { Script } from '@fairness-deploy/shell';

/** The program that sends requests to the application's processes. */
export interface Front {
  /** The group of the users that must be able to connect to the processes' sockets. */
  readonly group: string;
  /** Succeeds while no request reaches the application. */
  readonly offline: Script;
  /**
   * What to do before and after provisioning, so that no request fails: a sentence for a message,
   * without a full stop.
   */
  readonly moveHint: string;
}
