import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { programsOf } from '../application/program.js';
import { programsJson } from '../application/programs-file.js';
import { application } from '../testing/application.js';
import { layoutOf } from '../application/layout.js';
import { commit, entryOf, lineOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { readState } from './read-state.js';
import { isSettled, parseState, liveScheduledJobs, runningRelease } from './state.js';

const A = '20261123-101502-3f2a1bc';
const B = '20261124-101502-3f2a1bc';
const entry = (release: string, outcome: 'good' | 'failed' | 'interrupted' = 'good'): string =>
  `history ${lineOf(entryOf({ release, outcome }))}`;

describe('parseState()', () => {
  it('finds nothing in nothing', () => {
    expect(parseState('')).toEqual({
      live: undefined,
      colours: new Map(),
      releases: new Set(),
      variables: new Set(),
      commands: new Set(),
      programs: new Map(),
      schedules: new Map(),
      declaredMigrations: new Map(),
      cpus: 1,
      history: [],
      pending: false,
      migration: undefined,
      built: undefined,
      commits: [],
    });
  });

  it('passes over what is not of our making', () => {
    const state = parseState(
      [
        'live colours/red',
        'colour red ../../releases/' + A,
        'colour blue ../../releases/../../etc',
        `colour green /releases/${A}`,
        'release 2019',
        'release \u001b[31m',
        `release ${A}`,
        'history {"release":"x"}',
        `programs ${A} [{"name":`,
        'programs elsewhere []',
        'cpus many',
        'history {"release":"2026112',
        entry(A),
        'commit deadbeef; id',
        `commit ${commit}`,
        `commit ${commit}`,
        'banner',
      ].join('\n'),
    );
    expect(state.live).toBeUndefined();
    expect([...state.colours]).toEqual([]);
    expect([...state.releases]).toEqual([A]);
    expect(state.history.map(({ release }) => release)).toEqual([A]);
    expect(state.commits).toEqual([commit]);
    expect([...state.programs]).toEqual([]);
    expect(state.cpus).toBe(1);
    expect(state.pending).toBe(false);
  });

  it('knows what each colour has, and what is under way', () => {
    const state = parseState(
      [
        'live colours/green',
        `colour blue ../../releases/${A}/apps/web`,
        `colour green ../../releases/${B}`,
        'pending x',
      ].join('\n'),
    );
    expect(state.live).toBe('green');
    expect([...state.colours]).toEqual([
      ['blue', A],
      ['green', B],
    ]);
    expect(state.pending).toBe(true);
  });
});

const blue = (id: string): readonly string[] => [
  'live colours/blue',
  `colour blue ../../releases/${id}`,
];

it.each([
  ['the live release that is recorded as good', [...blue(A), entry(A)], A],
  ['one whose application is a folder of it', [...blue(`${A}/apps/web`), entry(A)], A],
  ['none when the live one is not recorded', [...blue(B), entry(A)], undefined],
  ['none when the live one has only failed', [...blue(A), entry(A, 'failed')], undefined],
  ['none when the live one was cut off', [...blue(A), entry(A, 'interrupted')], undefined],
  ['one that was rolled back to', [...blue(A), entry(A), entry(B), entry(A)], A],
  ['one that another deployment left alone', [...blue(A), entry(A), entry(B, 'failed')], A],
  ['none when no colour is live', [entry(A), `colour blue ../../releases/${A}`], undefined],
  ['none when the live colour is empty', [entry(A), 'live colours/blue'], undefined],
])('runningRelease() gives %s', (_, lines, expected) => {
  const there = [A, B].flatMap((id) => [`release ${id}`, `variables ${id}`, `programs ${id} []`]);
  expect(runningRelease(parseState([...there, ...lines].join('\n')))?.release).toBe(expected);
});

it('runningRelease() gives none when its folder, its variables or its programs are gone', () => {
  const parts = [`release ${A}`, `variables ${A}`, `programs ${A} []`];
  const given = (...lines: readonly string[]) =>
    runningRelease(parseState([...blue(A), entry(A), ...lines].join('\n')));
  expect(given(...parts)).toBeDefined();
  for (const part of parts) expect(given(...parts.filter((one) => one !== part))).toBeUndefined();
  expect(given(...parts.slice(0, 2), `programs ${A} [{"name":"api"}]`)).toBeUndefined();
});

it('isSettled() when one colour has a release at most, and nothing is under way', () => {
  const settled = (...lines: readonly string[]): boolean => isSettled(parseState(lines.join('\n')));
  const both = [`colour blue ../../releases/${A}`, `colour green ../../releases/${B}`];
  expect(settled()).toBe(true);
  expect(settled(...blue(A))).toBe(true);
  expect(settled(...both)).toBe(false);
  expect(settled(...blue(A), 'pending x')).toBe(false);
});

describe('readState()', () => {
  const home = (): string => join(temporaryFolder(), "it's home");
  const read = (at: string): ReturnType<typeof parseState> =>
    parseState(
      execFileSync('dash', ['-eus'], {
        input: readState(layoutOf({ name: 'shop', home: at }), userInfo().username).reveal(),
        encoding: 'utf8',
      }),
    );

  it('is a script without fault', async () => {
    await checkShell(readState(layoutOf({ name: 'shop', home: '/srv/shop' }), 'shop'));
  });

  it('reads nothing where nothing is, and all that is there', () => {
    const at = home();
    expect(read(at).history).toEqual([]);
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), text);
    };
    write('colours/blue/x', '');
    write('colours/green/green', '');
    write(`releases/${A}/x`, '');
    write(`shared/env/${A}`, '');
    write(`shared/env/${A}.web`, '');
    write('shared/history.jsonl', `${lineOf(entryOf({ release: A }))}\n`);
    write('shared/deploying', 'x y z\nrest\n');
    write('shared/env/x\ncommit ' + commit, '');
    const programs = programsOf(application, 1);
    write(`shared/configuration/${A}/programs.json`, programsJson(programs));
    const job = { name: 'a', command: ['b'], at: ['daily'], timeout: 1, catchUp: true, nice: 0 };
    write(`shared/configuration/${A}/schedules.json`, `${JSON.stringify([job])}\n`);
    symlinkSync('colours/green', join(at, 'live'));
    symlinkSync(`../../releases/${A}`, join(at, 'colours/green/release'));
    const state = read(at);
    expect(state).toMatchObject({
      live: 'green',
      colours: new Map([['green', A]]),
      releases: new Set([A]),
      variables: new Set([A]),
      programs: new Map([[A, programs]]),
      schedules: new Map([[A, [job]]]),
      pending: true,
    });
    expect(state.commits).toEqual([]);
    expect(runningRelease(state)?.release).toBe(A);
    expect(liveScheduledJobs(state)).toEqual([job]);
    expect(liveScheduledJobs(read(home()))).toBeUndefined();
  });

  it('finds the last good releases behind however many that failed, in their order', () => {
    const at = home();
    mkdirSync(join(at, 'shared'), { recursive: true });
    const many = Array.from({ length: 300 }, () => entryOf({ release: B, outcome: 'failed' }));
    const other = '20261122-101502-3f2a1bc';
    const history = [
      ...[entryOf({ release: A }), entryOf({ release: other, subject: 'first' })],
      ...[entryOf({ release: A }), entryOf({ release: B, outcome: 'failed' })],
      ...many,
    ];
    const text = history.map((one) => `${lineOf(one)}\n`).join('');
    writeFileSync(join(at, 'shared', 'history.jsonl'), text);
    const found = read(at).history;
    expect(found).toHaveLength(202);
    expect(found.slice(0, 3).map(({ release, outcome }) => [release, outcome])).toEqual([
      [other, 'good'],
      [A, 'good'],
      [B, 'failed'],
    ]);
  });
});
