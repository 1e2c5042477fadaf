import { expect, it } from 'vitest';
import { newReleaseId } from '../release-id.js';
import { parseState, runningRelease } from './state.js';

const commit = '3f2a1bc'.padEnd(40, '0');
const A = '20261123-101502-3f2a1bc';
const B = '20261124-101502-3f2a1bc';
const entry = (release: string, outcome = 'good'): string =>
  `history ${JSON.stringify({ release, outcome, commit, configuration: 'c'.repeat(64), finished: '2026-11-23T10:15:02Z' })}`;

it('parseState() finds nothing in nothing', () => {
  expect(parseState('')).toEqual({
    current: undefined,
    releases: new Set(),
    environments: new Set(),
    history: [],
    commits: [],
  });
});

it('parseState() passes over what is not of our making', () => {
  const state = parseState(
    [
      'current releases/../../etc',
      'release 2019',
      'release \u001b[31m',
      `release ${A}`,
      'history {"release":"x"}',
      'history {"release":"2026112',
      entry(A),
      'commit deadbeef; id',
      `commit ${commit}`,
      `commit ${commit}`,
      'banner',
    ].join('\n'),
  );
  expect(state.current).toBeUndefined();
  expect([...state.releases]).toEqual([A]);
  expect(state.history.map(({ release }) => release)).toEqual([A]);
  expect(state.commits).toEqual([commit]);
});

it.each([
  ['the current release that is recorded as good', [`current releases/${A}`, entry(A)], A],
  ['one whose application is a folder of it', [`current releases/${A}/apps/web`, entry(A)], A],
  [
    'none when the link leads to one that is not recorded',
    [`current releases/${B}`, entry(A)],
    undefined,
  ],
  [
    'none when the link leads to an older one',
    [`current releases/${A}`, entry(A), entry(B)],
    undefined,
  ],
  [
    'the one before when the last was taken back',
    [`current releases/${A}`, entry(A), entry(B), entry(B, 'undone')],
    A,
  ],
  ['none when nothing is current', [entry(A)], undefined],
])('runningRelease() gives %s', (_, lines, expected) => {
  const there = [A, B].flatMap((id) => [`release ${id}`, `environment ${id}`]);
  expect(runningRelease(parseState([...there, ...lines].join('\n')))?.release).toBe(expected);
});

it('runningRelease() gives none when its folder or environment file is gone', () => {
  const lines = [`current releases/${A}`, entry(A), `release ${A}`];
  expect(runningRelease(parseState(lines.join('\n')))).toBeUndefined();
});

it('newReleaseId() never gives one that is taken', () => {
  const time = new Date('2026-11-23T23:59:59.900Z');
  expect(newReleaseId(time, commit, new Set())).toBe('20261123-235959-3f2a1bc');
  expect(newReleaseId(time, commit, new Set(['20261123-235959-3f2a1bc']))).toBe(
    '20261124-000000-3f2a1bc',
  );
});
