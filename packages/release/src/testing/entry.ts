import type { Deployment, HistoryEntry } from '../host/history-entry.js';

export const commit = '3f2a1bc'.padEnd(40, '0');

/** A deployment for tests, as it is known when it begins. */
export function deploymentOf(changes: Partial<Deployment> = {}): Deployment {
  return {
    release: '20261123-101502-3f2a1bc',
    commit,
    configuration: 'c'.repeat(64),
    build: 'b'.repeat(64),
    action: 'deploy',
    subject: 'A greeting',
    author: 'Ana Gomes',
    migrations: '',
    who: 'ana',
    from: 'laptop',
    started: '2026-11-23T10:15:02.000Z',
    ...changes,
  };
}

/** A deployment of the past for tests. */
export function entryOf(changes: Partial<HistoryEntry>): HistoryEntry {
  return {
    ...deploymentOf(),
    outcome: 'good',
    finished: '2026-11-23T10:15:30Z',
    phases: { fetch: 0.1 },
    ...changes,
  };
}

/** It as a line of the history: its keys in the order in which the host writes them. */
export function lineOf(entry: HistoryEntry): string {
  const { release, outcome, commit: of, configuration, finished, ...rest } = entry;
  return JSON.stringify({ release, outcome, commit: of, configuration, finished, ...rest });
}
