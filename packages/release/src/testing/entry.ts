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
    migrationsDigest: '',
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

/** It as a line of the history: its keys as the host writes them, and in the same order. */
export function lineOf(entry: HistoryEntry): string {
  const {
    release,
    outcome,
    commit: of,
    configuration,
    finished,
    migrationsDigest,
    ...rest
  } = entry;
  const first = { release, outcome, commit: of, configuration, finished };
  return JSON.stringify({ ...first, migrations: migrationsDigest, ...rest });
}
