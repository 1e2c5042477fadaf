import type { Change, Resource } from '../resource/resource.js';

export interface PlannedChange {
  readonly resource: Resource;
  readonly change: Change;
}

/** What has to be done on one host. */
export interface Plan {
  /** All of the host's resources, in the order in which they are applied. */
  readonly resources: readonly Resource[];
  readonly changes: readonly PlannedChange[];
  /** Resources whose state can't be told, or that must not be changed so, and why: nothing may be applied while there are any. */
  readonly unreadable: readonly { readonly resource: Resource; readonly reason: string }[];
  /** Why the plan as a whole must not be applied. */
  readonly refusal?: string;
  /** What the last change of the host was before the plan was made: it is applied to no other state. */
  readonly mark?: string;
}
