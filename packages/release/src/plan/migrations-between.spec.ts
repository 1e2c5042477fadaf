import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import type { DeclaredMigration } from '../host/declared-migrations.js';
import type { HistoryEntry } from '../host/history-entry.js';
import { parseState, type HostState } from '../host/state.js';
import { entryOf } from '../testing/entry.js';
import { findRollback, refuseIncompatible } from './find-rollback.js';
import { describeBetween, migrationsBetween } from './migrations-between.js';

const ids = ['20261121-101502-3f2a1bc', '20261122-101502-3f2a1bc', '20261123-101502-3f2a1bc'];
const [one = '', two = '', three = ''] = ids;

const named = (...names: readonly string[]): readonly DeclaredMigration[] =>
  names.map((name) => {
    if (name.endsWith('+')) return { name, compatible: true };
    return name.endsWith('-') ? { name, compatible: false } : { name };
  });

/** A deployment, and the migrations that it brought. */
const deployed = (
  release: string,
  brought: readonly string[] | undefined,
  changes: Partial<HistoryEntry> = {},
): HistoryEntry =>
  entryOf({
    ...{ release, migrationsDigest: String(ids.indexOf(release) + 1).repeat(40) },
    ...(brought && { newMigrations: named(...brought) }),
    ...changes,
  });

const stateOf = (
  live: string,
  history: readonly HistoryEntry[],
  files: Readonly<Record<string, readonly string[]>> = {},
): HostState => ({
  ...parseState(''),
  ...{ live: 'green', colours: new Map([['green', live]]), history },
  ...{ releases: new Set(ids), variables: new Set(ids) },
  programs: new Map(ids.map((id) => [id, []])),
  declaredMigrations: new Map(Object.entries(files).map(([id, names]) => [id, named(...names)])),
});

const names = (state: HostState): readonly string[] =>
  findRollback(state, one).between.migrations.map(({ name }) => name);

describe('migrationsBetween()', () => {
  const good = [deployed(one, ['a']), deployed(two, ['b']), deployed(three, ['c'])];

  it('are those of all deployments since', () => {
    expect(names(stateOf(three, good))).toEqual(['b', 'c']);
    const [first] = good;
    if (!first) throw new Error('no entry');
    expect(migrationsBetween(stateOf(three, good), first).complete).toBe(true);
  });

  it('are those of deployments that failed once they migrated, and of ones rolled back, too', () => {
    const failed = { outcome: 'failed', phases: { migrate: 1 } } as const;
    const [first, ...more] = good;
    if (!first) throw new Error('no entry');
    expect(names(stateOf(two, [first, deployed(three, ['x'], failed), ...more]))).toEqual([
      'b',
      'c',
      'x',
    ]);
    const unreached = { ...failed, phases: { build: 1 } };
    expect(names(stateOf(two, [first, deployed(three, ['x'], unreached)]))).toEqual([]);
    const back = deployed(two, undefined, { action: 'rollback' });
    expect(names(stateOf(two, [...good, back]))).toEqual(['b', 'c']);
  });

  it('are none that the release has, and those that the live one has', () => {
    const files = { [one]: ['a', 'b'], [three]: ['a', 'b', 'c', 'd'] };
    expect(names(stateOf(three, good, files))).toEqual(['c', 'd']);
  });

  it('are what the database says, where no folder is named', () => {
    const migrated = { seconds: 1, names: ['0002_names', '0003_names.contract'], count: 2 };
    const state = stateOf(two, [
      deployed(one, undefined),
      deployed(two, undefined, { migrated, newCompatible: true }),
    ]);
    expect(findRollback(state, one).between).toEqual({
      complete: true,
      migrations: [
        { name: '0002_names', compatible: true },
        { name: '0003_names.contract', compatible: false },
      ],
    });
  });

  it('are not all of them when nobody knows their names', () => {
    const state = stateOf(two, [deployed(one, undefined), deployed(two, undefined)]);
    expect(findRollback(state, one).between).toEqual({ complete: false, migrations: [] });
  });

  it('are incompatible when anything says so', () => {
    const history = [deployed(one, []), deployed(two, ['b'])];
    const state = stateOf(two, history, { [one]: [], [two]: ['b'] });
    const said = new Map([...state.declaredMigrations, [two, [{ name: 'b', compatible: false }]]]);
    expect(findRollback({ ...state, declaredMigrations: said }, one).between.migrations).toEqual([
      { name: 'b', compatible: false },
    ]);
  });
});

describe('a rollback', () => {
  const over = (...brought: readonly string[]) =>
    findRollback(stateOf(two, [deployed(one, []), deployed(two, brought)]), one);

  it('is refused when a migration is declared incompatible', () => {
    expect(() => {
      refuseIncompatible(over('a+', 'b-', 'c', 'd-'));
    }).toThrow(
      saying(
        `Cannot roll back to ${one}: the database may have migrations that are declared incompatible with earlier releases: b-, d-\n  → deploy a commit that works with this database, or undo these migrations first; --force rolls back whatever is declared`,
      ),
    );
    expect(() => {
      refuseIncompatible(over('a+', 'c'));
    }).not.toThrow();
  });

  it('has no warning when all are declared compatible, and one when any is not', () => {
    expect(over('a+', 'b+').warnings).toEqual([]);
    expect(over('a+', 'b').warnings).toHaveLength(1);
    const unknown = deployed(three, undefined, { outcome: 'failed', phases: { migrate: 1 } });
    const state = stateOf(two, [deployed(one, []), deployed(two, ['a+']), unknown]);
    expect(findRollback(state, one).warnings).toHaveLength(1);
  });

  it('says what is declared of each, on a line that names can not leave', () => {
    expect(describeBetween(over('a+', 'b-', 'c').between, one)).toBe(
      `the database may have migrations that ${one} does not have:\n  declared incompatible with earlier releases: b-\n  declared compatible: a+\n  nothing declared: c`,
    );
    expect(describeBetween(over('a\n\u001b[31mb').between, one)).toBe(
      `the database may have migrations that ${one} does not have:\n  nothing declared: a b`,
    );
    expect(describeBetween(over().between, one)).toBeUndefined();
  });
});
