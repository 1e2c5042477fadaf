import type { Login, Script } from '@fairness-deploy/shell';
import type { Difference } from './difference.js';
import type { Owned } from './owned.js';

/** `<type>:<name>`, such as `file:/etc/nginx/nginx.conf`: unique on a host. */
export type Address = `${string}:${string}`;

export type Action = 'create' | 'update' | 'remove';

/** How to change a resource, and why: the differences. */
export interface Change {
  readonly action: Action;
  readonly differences: readonly Difference[];
  /**
   * Creates, updates or removes the resource from any state; runs as root in a subshell with `set
   * -eu`, stdin from /dev/null.
   */
  readonly apply: Script;
  /** Set when it can lock the client out, and `apply` waits for a new connection: see onTrial(). */
  readonly onTrial?: true;
}

/**
 * Something on a host that should be in a certain state: a few pure functions over text. It never
 * connects; the engine reads, plans and applies.
 */
export interface Resource {
  readonly address: Address;
  /** The resources that this one needs: when one of them failed, it isn't applied. */
  readonly after: readonly Address[];
  /**
   * Resources that are applied before this one if they are in the plan; their failure doesn't stop
   * it. They need not be declared.
   */
  readonly follows: readonly Address[];
  /**
   * Prints the present state, or nothing when absent. Changes nothing. Runs as root in a subshell
   * with `set -eu`, stdin from /dev/null. An exit status other than 0 means: cannot be read.
   */
  readonly read: Script;
  /**
   * Compares the output of `read` with the wanted state.
   *
   * @returns undefined when nothing has to change.
   * @param login what the connection logged in with: a change that takes it away is refused
   * @throws Error when the output can't be parsed, or that state can't be changed safely.
   */
  plan(output: string, login?: Login): Change | undefined;
  /**
   * For a resource that decides on logins and sudo: writes its files into the copy of /etc at
   * `"$fd_copy"/etc`, so that they can be tried there. Undefined when it has nothing to do with
   * either.
   */
  tryLogin?(login: Login): Script | undefined;
  /** What exists on the host by it; an environment that does not declare it any more removes this. */
  readonly owns?: readonly Owned[];
  /** What it removes: nothing else has to. */
  readonly removes?: readonly Owned[];
  /**
   * Further resources that only the host's state reveals, such as removals of what is not declared any more.
   * They come after all others.
   *
   * @param output of `read`
   * @throws Error as `plan` does.
   */
  reveals?(output: string): readonly Resource[];
  /** What people should know of the state that the output of `read` tells, though nothing changes. */
  notes?(output: string): readonly string[];
  /**
   * What a deployment does about a change of it. `superseded`: it is about the present only, such as a
   * stopped process, and the new release starts anyway. `applied`: the deployment applies it at its end.
   * When the commit is live already, it applies both. By default a change is drift, and the deployment is
   * refused.
   */
  readonly atDeployment?: 'superseded' | 'applied';
  /**
   * One resource from this one and another of the same address: of equal ones, one that comes after
   * everything that both come after; of two lists of packages, their union.
   *
   * @throws Error when they contradict each other.
   */
  merge?(other: Resource): Resource;
  /**
   * Whether the other has the same spec, so that it may be declared twice. Their order may differ.
   */
  equals(other: Resource): boolean;
}
