import type { Login, Script } from '@fairness-deploy/shell';
import type { Difference } from './difference.js';

/** `<type>:<name>`, such as `file:/etc/nginx/nginx.conf`: unique on a host. */
export type Address = `${string}:${string}`;

export type Action = 'create' | 'update' | 'remove';

/** What must be done to a resource, and why: what differs. */
export interface Change {
  readonly action: Action;
  readonly differences: readonly Difference[];
  /** Converges the resource from whatever is there; run as root in a subshell with `set -eu`, stdin from /dev/null. */
  readonly apply: Script;
}

/**
 * Something on a host that should be in a certain state: a few pure functions over
 * text. Nothing here connects; the engine reads, plans and applies.
 */
export interface Resource {
  readonly address: Address;
  /** Resources that must be in their state before this one is applied; it isn't applied when one of them failed. */
  readonly after: readonly Address[];
  /**
   * Resources that are applied before this one if they are in the plan; their failure doesn't
   * hold it back. Nothing needs to declare them.
   */
  readonly follows: readonly Address[];
  /**
   * Prints the present state, or nothing when absent. Changes nothing. Run as root in a subshell
   * with `set -eu`, stdin from /dev/null. Exit status other than 0: cannot be read.
   */
  readonly read: Script;
  /**
   * Compares what `read` printed with what should be.
   *
   * @returns undefined when nothing has to be done.
   * @param login what the connection logged in with: a change that takes it away is refused
   * @throws Error when the output can't be understood, or is a state that can't be safely changed.
   */
  plan(output: string, login?: Login): Change | undefined;
  /**
   * For a resource that decides on logins and sudo: makes, in a copy of /etc at
   * `"$fd_copy"/etc`, what applying it leaves, so that it can be tried there. Undefined
   * when it has nothing to do with either.
   */
  rehearse?(login: Login): Script | undefined;
  /**
   * Whether it is about what runs at the moment, such as a process that somebody stopped. A
   * deployment does not wait for it: the new release starts anyway, and where the commit is deployed
   * already, the deployment applies it.
   */
  readonly transient?: boolean;
  /**
   * One resource of this one and another of the same address: of equal ones, that comes after
   * what both come after; of two lists of packages, their union.
   *
   * @throws Error when they contradict each other.
   */
  merge?(other: Resource): Resource;
  /** Whether the other asks for the same, so that it may be declared twice. Their order may differ. */
  equals(other: Resource): boolean;
}
