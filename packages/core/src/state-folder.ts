/** Where a host keeps what we have to remember: the lock, jobs, what services have loaded. Only root may enter. */
export const STATE = '/var/lib/fairness-deploy';

/** Held by the job that changes the host; what stands in it tells of that one. */
export const LOCK = `${STATE}/lock`;
