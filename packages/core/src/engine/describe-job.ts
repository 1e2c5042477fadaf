import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { nonce } from '@fairness-deploy/shell/text';
import { localUser } from '@fairness-deploy/shell';
import type { Job } from './job.js';

/** A new job's id, nonce and description: who does what since when, for the lock and the log. */
export function describeJob(what: string): Pick<Job, 'id' | 'nonce' | 'description'> {
  const since = new Date().toISOString();
  const time = since.replaceAll(/[-:]|\.\d+Z$/g, '');
  return {
    id: `${time}-${randomBytes(3).toString('hex')}`,
    nonce: nonce(),
    description: { what, who: `${localUser()}@${hostname()}`, since },
  };
}
