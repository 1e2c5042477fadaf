import { HintedError } from '@fairness-deploy/shell/text';
import type { HistoryEntry } from '../host/history-entry.js';
import {
  mayHaveMigrated,
  migrationsBetween,
  namesOf,
  type MigrationsBetween,
} from './migrations-between.js';
import { completeReleases, runningRelease, type HostState } from '../host/state.js';

/** The release that a rollback goes to, and warnings. */
export interface Destination {
  readonly entry: HistoryEntry;
  /** The migrations that the database may have, and the release does not. */
  readonly between: MigrationsBetween;
  readonly warnings: readonly string[];
}

/**
 * The releases that a rollback can go to, the newest first: good and complete ones, without the
 * live one.
 */
export function candidates(state: HostState): readonly HistoryEntry[] {
  const live = state.live && state.colours.get(state.live);
  return completeReleases(state)
    .filter(({ release }) => release !== live)
    .sort((one, other) => (one.release < other.release ? 1 : -1));
}

/**
 * Finds the release to roll back to: the one that was live before the live one, or, when the live
 * one isn't known to be good, the last good one; with `to` the one with that id, or the newest
 * whose commit begins with it.
 *
 * @throws Error when there is none, with the existing ones.
 */
export function findRollback(state: HostState, to: string | undefined): Destination {
  const all = candidates(state);
  const running = runningRelease(state);
  const back = liveBefore(state);
  const entry =
    to === undefined
      ? back.map((id) => all.find(({ release }) => release === id)).find((one) => one !== undefined)
      : all.find((one) => matches(to, one));
  if (entry) {
    const between = migrationsBetween(state, entry);
    const warnings = areCompatible(between) ? [] : warningsOf(state, entry, running);
    return { entry, between, warnings };
  }
  if (to !== undefined && running && matches(to, running)) {
    throw new Error(`Cannot roll back to ${to}: it is the live release`);
  }
  const known = all.map(({ release }) => `--to ${release}`);
  const what =
    to === undefined
      ? 'there is no good release before the live one'
      : `there is no good release ${JSON.stringify(to)}`;
  throw new HintedError(`Cannot roll back: ${what}`, {
    hint:
      known.length === 0
        ? 'deploy the commit that you want instead: --revision <commit>'
        : ['name one of these:', ...known].join('\n'),
  });
}

/**
 * Refuses to run a release on a database that its project has declared incompatible with it.
 *
 * @throws HintedError when it has.
 */
export function refuseIncompatible({ entry: { release }, between }: Destination): void {
  const broken = between.migrations.filter(({ compatible }) => compatible === false);
  if (broken.length === 0) return;
  throw new HintedError(
    `Cannot roll back to ${release}: the database may have migrations that are declared incompatible with earlier releases: ${namesOf(broken)}`,
    {
      hint: 'deploy a commit that works with this database, or undo these migrations first; --force rolls back whatever is declared',
    },
  );
}

/** Whether all that the database may have more is known, and declared compatible. */
function areCompatible({ migrations, complete }: MigrationsBetween): boolean {
  return complete && migrations.length > 0 && migrations.every(({ compatible }) => compatible);
}

/**
 * Ids of the releases that were live earlier, newest first. Releases that a rollback moved away from
 * are skipped, also when that rollback was cut off, so repeated rollbacks keep going back.
 */
function liveBefore({ history, live, colours }: HostState): readonly string[] {
  const line: string[] = [];
  for (const { release, action, outcome } of history) {
    const at = line.indexOf(release);
    if (outcome === 'good') line.splice(at === -1 ? line.length : at, line.length, release);
    else if (outcome === 'interrupted' && action === 'rollback' && at !== -1) line.splice(at + 1);
  }
  const at = line.indexOf((live && colours.get(live)) ?? '');
  return line.slice(0, at === -1 ? line.length : at).reverse();
}

/** Whether the text is a release's id, or the beginning of its commit. */
function matches(to: string, { release, commit }: HistoryEntry): boolean {
  return release === to || (/^[0-9a-f]{4,}$/.test(to) && commit.startsWith(to));
}

function warningsOf(
  { history, pending }: HostState,
  { migrationsDigest, release }: HistoryEntry,
  running: HistoryEntry | undefined,
): readonly string[] {
  const keep = `the database stays as it is: see that ${release} can work with it`;
  if (running && running.migrationsDigest !== migrationsDigest) {
    return [`the migrations of ${running.release} are not those of ${release}, and ${keep}`];
  }
  // A deployment that failed, was cancelled or cut off has not undone its migrations.
  const since = running ? history.lastIndexOf(running) + 1 : history.length;
  const migrated = history
    .slice(since)
    .find((one) => one.migrationsDigest !== migrationsDigest && mayHaveMigrated(one));
  if (migrated) {
    return [
      `the deployment of ${migrated.release}, which ${migrated.outcome === 'failed' ? 'failed' : `was ${migrated.outcome}`}, may have brought migrations that ${release} has not, and ${keep}`,
    ];
  }
  if ((!running || pending) && history.some((one) => one.migrationsDigest !== '')) {
    return [`the last deployment was cut off; it may have run migrations, and ${keep}`];
  }
  return [];
}
