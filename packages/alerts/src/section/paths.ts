import type { Environment } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';

/** The name of an environment's alerts on a host: that of its application, where it has one. */
export function watchName({
  name,
  application,
}: Pick<Environment, 'name' | 'application'>): string {
  return application?.name ?? name;
}

/** Root's alone: the program has no secret, its settings and its state do. */
export function watchFolder(environment: Pick<Environment, 'name' | 'application'>): string {
  return `${STATE}/alerts/${watchName(environment)}`;
}

/** Where the state is while the disk can't be written, by the name of its folder. */
export function stateInMemory(name: string): string {
  return `/run/fairness-deploy-alerts/${name}.json`;
}

/** The name of the timer's two units. */
export function timerName(environment: Pick<Environment, 'name' | 'application'>): string {
  return `${watchName(environment)}-alerts`;
}

/** What is in the folder. */
export const [PROGRAM, RECIPIENTS, STATE_FILE] = ['watch.cjs', 'recipients.json', 'state.json'];
