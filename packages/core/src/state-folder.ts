/** Where a host keeps what we have to remember: the lock, jobs, what services have loaded. Only root may enter. */
export const STATE = '/var/lib/fairness-deploy';
