/**
 * The folder of our records on a host: the lock, jobs, loaded files of services, places of
 * applications. Only root may enter.
 */
export const STATE = '/var/lib/fairness-deploy';

/**
 * Names the last job that began to change the host, in the four lines of the lock: what, who,
 * since when, the job's id.
 */
export const LAST_CHANGE = `${STATE}/last-change`;

/** Held by the job that changes the host; its text names that job. */
export const LOCK = `${STATE}/lock`;
