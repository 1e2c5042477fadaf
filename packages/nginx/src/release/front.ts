import type { Front } from '@fairness-deploy/release';

/**
 * The user that nginx runs as, and its group, on Debian; base-passwd creates both. See
 * templates/nginx.conf.ejs.
 */
export const WORKER = 'www-data';

/** nginx as the front of an application. */
export const FRONT: Front = { group: WORKER };
