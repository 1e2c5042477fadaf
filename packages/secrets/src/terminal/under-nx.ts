/** Nx sets them in the processes that run its tasks. */
const PROJECT = 'NX_TASK_TARGET_PROJECT';
const HASH = 'NX_TASK_HASH';
const ROOT = 'NX_INVOCATION_ROOT_PID';

/** The Nx task of this process; undefined without one. */
export interface NxTask {
  /** Nx' name for its records of the task. */
  readonly hash: string | undefined;
  /** The process that the user started. */
  readonly root: number | undefined;
}

export function nxTask(env: Readonly<Record<string, string | undefined>>): NxTask | undefined {
  if (env[PROJECT] === undefined) return undefined;
  const root = Number(env[ROOT]);
  return { hash: env[HASH], root: Number.isInteger(root) && root > 0 ? root : undefined };
}
