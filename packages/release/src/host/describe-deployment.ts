import type { HistoryEntry } from './history-entry.js';

/** What was done, by the action. */
export const DONE = { deploy: 'deployed', rollback: 'rolled back', restart: 'restarted' } as const;

/** How a deployment ended: `good`, or `failed at "build"`. */
export function outcomeOf({ outcome, failed }: HistoryEntry): string {
  return failed === undefined ? outcome : `${outcome} at "${failed}"`;
}

/** How long all of its phases took. */
export function secondsOf({ phases }: HistoryEntry): number {
  return Object.values(phases).reduce((sum, one) => sum + one, 0);
}
