import { printable } from '@fairness-deploy/shell/text';
import type { DeclaredMigration } from '../host/declared-migrations.js';
import type { HistoryEntry } from '../host/history-entry.js';
import { runningRelease, type HostState } from '../host/state.js';
import { firstOf } from '../some-of.js';
import { declaredByName } from '../section/migrations.js';

/** The migrations that the database may have, and a release does not. */
export interface MigrationsBetween {
  readonly migrations: readonly DeclaredMigration[];
  /** Whether these are all of them: of each deployment since, the names are known. */
  readonly complete: boolean;
}

/**
 * The migrations that deployments have brought since a release was deployed, those that failed or
 * that a rollback moved away from included: nothing has undone their migrations. By the files of
 * the releases; where no folder is named, by what the database says.
 */
export function migrationsBetween(state: HostState, to: HistoryEntry): MigrationsBetween {
  const { history, declaredMigrations: filesOf } = state;
  const first = history.findIndex(
    ({ release, outcome }) => release === to.release && outcome === 'good',
  );
  const since = history.slice(first + 1).filter(mayHaveMigrated);
  const of = since.map(broughtBy);
  const running = runningRelease(state);
  const live = running && filesOf.get(running.release);
  const own = filesOf.get(to.release);
  const known = new Set(own?.map(({ name }) => name));
  const all = [...of.flatMap((brought) => brought ?? []), ...(live && own ? live : [])];
  return {
    migrations: merged(all).filter(({ name }) => !known.has(name)),
    complete: of.every((brought) => brought !== undefined),
  };
}

/** Whether a deployment came as far as its migration. */
export function mayHaveMigrated({
  action,
  outcome,
  phases,
  migrationsDigest,
}: HistoryEntry): boolean {
  return (
    action === 'deploy' &&
    migrationsDigest !== '' &&
    (outcome === 'good' || outcome === 'interrupted' || phases['migrate'] !== undefined)
  );
}

/** The migrations that a deployment has brought; undefined when their names are not known. */
function broughtBy(entry: HistoryEntry): readonly DeclaredMigration[] | undefined {
  const { newMigrations, migrated, newCompatible } = entry;
  if (newMigrations) return newMigrations;
  return migrated?.names?.map((name) => {
    const declared = declaredByName(name) ?? newCompatible;
    return declared === undefined ? { name } : { name, compatible: declared };
  });
}

/** Each of them once: when anything says that it is not compatible, it is not. */
function merged(all: readonly DeclaredMigration[]): readonly DeclaredMigration[] {
  const byName = new Map<string, DeclaredMigration>();
  for (const { name, compatible = byName.get(name)?.compatible } of all) {
    const declared = byName.get(name)?.compatible === false ? false : compatible;
    byName.set(name, declared === undefined ? { name } : { name, compatible: declared });
  }
  return [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** How many are named. */
const SHOWN = 20;

/** Migrations for people, on one line: names come from a repository, or from a table's rows. */
export function namesOf(migrations: readonly DeclaredMigration[]): string {
  return firstOf(
    migrations.map(({ name }) => printable(name)),
    SHOWN,
  );
}

/** What is declared of migrations, for people: a line for each answer. */
export function describeBetween(
  { migrations }: MigrationsBetween,
  release: string,
): string | undefined {
  if (migrations.length === 0) return undefined;
  const rows = [
    ['declared incompatible with earlier releases', false],
    ['declared compatible', true],
    ['nothing declared', undefined],
  ].flatMap(([what, declared]) => {
    const those = migrations.filter(({ compatible }) => compatible === declared);
    return those.length === 0 ? [] : [`\n  ${String(what)}: ${namesOf(those)}`];
  });
  return `the database may have migrations that ${release} does not have:${rows.join('')}`;
}
