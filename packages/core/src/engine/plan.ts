import type { Failure } from '@fairness-deploy/shell/text';
import type { Change, Resource } from '../resource/resource.js';

export interface PlannedChange {
  readonly resource: Resource;
  readonly change: Change;
}

/** Why the state of a resource can't be told, or must not be changed so, and what to do. */
export interface Unreadable {
  readonly resource: Resource;
  readonly reason: string;
  readonly hint?: string;
}

/** What has to be done on one host. */
export interface Plan {
  /** All of the host's resources, in the order in which they are applied. */
  readonly resources: readonly Resource[];
  readonly changes: readonly PlannedChange[];
  /** Resources whose state can't be told, or that must not be changed so, and why: nothing may be applied while there are any. */
  readonly unreadable: readonly Unreadable[];
  /** Why the plan as a whole must not be applied. */
  readonly refusal?: Failure;
  /** What the last change of the host was before the plan was made: it is applied to no other state. */
  readonly mark?: string;
}
