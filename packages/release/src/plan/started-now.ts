import { hostname } from 'node:os';
import { localUser } from '@fairness-deploy/shell';
import type { DeploymentOrigin } from '../host/history-entry.js';

/** Who begins a deployment now, and from which machine. */
export function startedNow(time = new Date()): Pick<DeploymentOrigin, 'who' | 'from' | 'started'> {
  return { who: localUser(), from: hostname(), started: time.toISOString() };
}
