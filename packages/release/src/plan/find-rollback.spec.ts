import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import type { HistoryEntry } from '../host/history-entry.js';
import type { HostState } from '../host/state.js';
import { candidates, findRollback } from './find-rollback.js';
import { entryOf } from '../testing/entry.js';

const commits = ['aaaa1111', 'bbbb2222', 'cccc3333', 'dddd4444'].map((text) =>
  text.padEnd(40, '0'),
);
const ids = commits.map((commit, at) => `2026112${String(at)}-101502-${commit.slice(0, 7)}`);
const [one = '', two = '', three = '', four = ''] = ids;

const deployed = (release: string, changes: Partial<HistoryEntry> = {}): HistoryEntry =>
  entryOf({ release, commit: commits[ids.indexOf(release)] ?? '', ...changes });

const stateOf = (
  live: string | undefined,
  history: readonly HistoryEntry[],
  changes: Partial<HostState> = {},
): HostState => ({
  live: live === undefined ? undefined : 'green',
  colours: new Map(live === undefined ? [] : [['green', live]]),
  releases: new Set(ids),
  variables: new Set(ids),
  commands: new Set(),
  programs: new Map(ids.map((id) => [id, []])),
  schedules: new Map(),
  declaredMigrations: new Map(),
  cpus: 1,
  history,
  pending: false,
  migration: undefined,
  built: undefined,
  commits: [],
  ...changes,
});

const all = [one, two, three].map((id) => deployed(id));

/** A rollback of the past. */
const put = (release: string, outcome: HistoryEntry['outcome'] = 'good'): HistoryEntry =>
  deployed(release, { action: 'rollback', outcome });

describe('candidates()', () => {
  it('are the good releases that are there, but for the live one, the newest first', () => {
    const ofState = (state: HostState): readonly string[] =>
      candidates(state).map(({ release }) => release);
    expect(ofState(stateOf(three, all))).toEqual([two, one]);
    expect(ofState(stateOf(undefined, all))).toEqual([three, two, one]);
    // Going back to it makes a release no newer.
    expect(ofState(stateOf(one, [...all, put(one)]))).toEqual([three, two]);
    const failed = [deployed(one), deployed(two, { outcome: 'failed' }), deployed(three)];
    expect(ofState(stateOf(three, failed))).toEqual([one]);
    expect(ofState(stateOf(three, all, { releases: new Set([one, three]) }))).toEqual([one]);
    expect(ofState(stateOf(three, all, { variables: new Set([two, three]) }))).toEqual([two]);
    // It could not be run.
    const programs = new Map([[one, []]]);
    expect(ofState(stateOf(three, all, { programs }))).toEqual([one]);
  });
});

describe('findRollback()', () => {
  const found = (state: HostState, to?: string): string => findRollback(state, to).entry.release;

  it('finds the one before the live one, and the one before that the next time', () => {
    expect(found(stateOf(three, all))).toBe(two);
    expect(found(stateOf(two, [...all, put(two)]))).toBe(one);
  });

  it.each([
    ['a rollback and a deployment', [...all, put(two), deployed(four)], four, two],
    ['a rollback over two, and a deployment', [...all, put(one), deployed(four)], four, one],
    ['a rollback that failed', [...all, put(one, 'failed'), deployed(four)], four, three],
    // It may have moved the traffic, and it was meant to leave the later release.
    ['a rollback that was cut off', [...all, put(two, 'interrupted'), deployed(four)], four, two],
    ['a way back to what had been left', [...all, put(two), put(three)], three, two],
    ['going on from there', [...all, put(two), put(three), deployed(four)], four, three],
    ['a way there that was cut off', [...all, put(one), put(three, 'interrupted')], one, undefined],
    ['a deployment that failed', [...all, deployed(four, { outcome: 'failed' })], three, two],
  ])('finds what was live before, not what was left: %s', (_, history, live, expected) => {
    const state = stateOf(live, history);
    if (expected) expect(found(state)).toBe(expected);
    else expect(() => found(state)).toThrow('no good release before the live one');
  });

  it('passes over what is gone', () => {
    const gone = { releases: new Set([one, three]) };
    expect(found(stateOf(three, all, gone))).toBe(one);
  });

  it('finds the last good one when what is live was cut off', () => {
    const cutOff = stateOf(three, [deployed(one), deployed(two)], { pending: true });
    expect(found(cutOff)).toBe(two);
    expect(found(stateOf(undefined, all))).toBe(three);
    // A rollback that was cut off once the traffic had moved.
    expect(found(stateOf(two, all, { pending: true }))).toBe(one);
  });

  it('finds one by its id or the beginning of its commit, newer ones as well', () => {
    const state = stateOf(two, all);
    expect(found(state, three)).toBe(three);
    expect(found(state, 'aaaa1')).toBe(one);
    expect(found(state, commits[2])).toBe(three);
    // Of several, the newest.
    const same = [deployed(one), deployed(two, { commit: commits[0] ?? '' }), deployed(three)];
    expect(found(stateOf(three, same), 'aaaa1111')).toBe(two);
    // The live one has that commit, and so has another, made with another environment.
    expect(found(stateOf(two, same), 'aaaa1111')).toBe(one);
  });

  it.each([
    [
      'there is none before the live one',
      [stateOf(one, all), undefined],
      `Cannot roll back: there is no good release before the live one\n  → name one of these:\n    --to ${three}\n    --to ${two}`,
    ],
    [
      'there is none at all',
      [stateOf(one, [deployed(one)]), undefined],
      'Cannot roll back: there is no good release before the live one\n  → deploy the commit that you want instead: --revision <commit>',
    ],
    [
      'it is the live one, by its id',
      [stateOf(three, all), three],
      `Cannot roll back to ${three}: it is the live release`,
    ],
    [
      'it is the live one, by its commit',
      [stateOf(three, all), 'cccc3333'],
      'Cannot roll back to cccc3333: it is the live release',
    ],
    [
      'it is none',
      [stateOf(two, [deployed(one), deployed(two)]), 'main"'],
      `Cannot roll back: there is no good release "main\\""\n  → name one of these:\n    --to ${one}`,
    ],
    [
      'too little of a commit is given',
      [stateOf(two, [deployed(one), deployed(two)]), 'aaa'],
      `Cannot roll back: there is no good release "aaa"\n  → name one of these:\n    --to ${one}`,
    ],
    [
      'nothing is given',
      [stateOf(two, [deployed(one), deployed(two)]), ''],
      `Cannot roll back: there is no good release ""\n  → name one of these:\n    --to ${one}`,
    ],
  ] as const)('says so when %s', (_, [state, to], message) => {
    expect(() => findRollback(state, to)).toThrow(saying(message));
  });

  describe('warns of migrations', () => {
    const warned = (state: HostState): readonly string[] => findRollback(state, undefined).warnings;
    const m1 = { migrationsDigest: 'a1' };
    const m2 = { migrationsDigest: 'b2' };

    it('when those of the live release are others', () => {
      expect(warned(stateOf(two, [deployed(one, m1), deployed(two, m2)]))).toEqual([
        `the migrations of ${two} are not those of ${one}, and the database stays as it is: see that ${one} can work with it`,
      ]);
      expect(warned(stateOf(two, [deployed(one, m1), deployed(two, m1)]))).toEqual([]);
      expect(warned(stateOf(two, [deployed(one), deployed(two)]))).toEqual([]);
    });

    it('when a deployment that failed since may have run them', () => {
      const good = [deployed(one, m1), deployed(two, m1)];
      const failed = { ...m2, outcome: 'failed' } as const;
      const migrated = deployed(three, { ...failed, phases: { fetch: 1, migrate: 2 } });
      expect(warned(stateOf(two, [...good, migrated]))).toEqual([
        `the deployment of ${three}, which failed, may have brought migrations that ${one} has not, and the database stays as it is: see that ${one} can work with it`,
      ]);
      expect(warned(stateOf(two, [...good, deployed(three, failed)]))).toEqual([]);
      const cancelled = deployed(three, { ...migrated, outcome: 'cancelled' });
      expect(warned(stateOf(two, [...good, cancelled]))[0]).toContain('was cancelled');
      const cutOff = deployed(three, { ...m2, outcome: 'interrupted', phases: {} });
      expect(warned(stateOf(two, [...good, cutOff]))[0]).toContain('was interrupted');
    });

    it('when the last deployment was cut off, where there are migrations', () => {
      const lines = [deployed(one, m1), deployed(two, m1)];
      expect(warned(stateOf(two, lines, { pending: true }))[0]).toContain('was cut off');
      expect(warned(stateOf(three, lines))[0]).toContain('was cut off');
      const none = [deployed(one), deployed(two)];
      expect(warned(stateOf(two, none, { pending: true }))).toEqual([]);
    });
  });
});
