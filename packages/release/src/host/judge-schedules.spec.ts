import type { ScheduledJob } from '@fairness-deploy/core';
import { describe, expect, it } from 'vitest';
import { judgeSchedules } from './judge-schedules.js';

const LIVE = '20261123-101502-3f2a1bc';
const OLD = '20261122-101502-0000000';
const job = (name: string): ScheduledJob => ({
  ...{ name, command: ['digest'], at: ['Mon 07:00'], timeout: 600, catchUp: false, nice: 0 },
});
const digest = job('digest');
/** 2026-11-30 07:00 UTC, a Monday. */
const MONDAY = 1_796_022_000;
const WEEK = 7 * 86_400;

const known = { environment: 'test', application: 'shop', elsewhere: {} };

function judged(...lines: readonly string[]): readonly string[] {
  const output = [`live ${LIVE}`, `jobs ${JSON.stringify([digest])}`, ...lines].join('\n');
  return judgeSchedules(output, known).map(
    ({ level, name, text, hint }) =>
      `${level} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
  );
}

const next = `next digest ${String(MONDAY + WEEK)}`;
/** A last run of some seconds. */
const last = (seconds: number, result: string, release = LIVE): string =>
  `last digest ${release} ${String(MONDAY)} 600 ${String(MONDAY + seconds)} ${result}`;
const LOGS = 'npx nx run test:logs --source digest';
const NEXT = 'next run 2026-12-07T07:00:00Z';
const LAST = 'last run 2026-11-30T07:00:00Z';

describe('judgeSchedules()', () => {
  it.each<[string, readonly string[], string]>([
    ['never ran', [next], `ok scheduled job digest: ${NEXT}; never run yet`],
    [
      'succeeded',
      [next, last(12, 'success exited 0')],
      `ok scheduled job digest: ${NEXT}; ${LAST}: ok, in 12 s`,
    ],
    [
      'succeeded in an earlier release',
      [next, last(12, 'success exited 0', OLD)],
      `ok scheduled job digest: ${NEXT}; ${LAST}: ok, in 12 s, in the release ${OLD}`,
    ],
    [
      'failed',
      [next, last(12, 'exit-code exited 3')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: failed with exit status 3 → ${LOGS}`,
    ],
    [
      'failed in an earlier release',
      [next, last(12, 'exit-code exited 3', OLD)],
      `warn scheduled job digest: ${NEXT}; ${LAST}: failed with exit status 3, in the release ${OLD} → ${LOGS}`,
    ],
    [
      'took too long',
      [next, last(600, 'exit-code exited 124')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: timed out after 600 s → ${LOGS}`,
    ],
    [
      'took too long and ignored SIGTERM',
      [next, last(620, 'signal killed KILL')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: timed out after 600 s → ${LOGS}`,
    ],
    [
      'failed with the status of timeout(1), and in time',
      [next, last(12, 'exit-code exited 124')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: failed with exit status 124 → ${LOGS}`,
    ],
    [
      'was killed',
      [next, last(12, 'signal killed SEGV')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: failed: ended by SIGSEGV → ${LOGS}`,
    ],
    [
      'lacked memory',
      [next, last(12, 'oom-kill killed KILL')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: failed: the kernel ended it, for lack of memory → ${LOGS}`,
    ],
    [
      'could not be started',
      [next, last(0, 'resources none none')],
      `fail scheduled job digest: ${NEXT}; ${LAST}: failed: resources → ${LOGS}`,
    ],
    [
      'runs in an earlier release',
      [next, last(12, 'success exited 0'), `running digest ${OLD} ${String(MONDAY + 60)} 600`],
      `ok scheduled job digest: running since 2026-11-30T07:01:00Z, in the release ${OLD}; ${NEXT}; ${LAST}: ok, in 12 s`,
    ],
    [
      'was cut off after the last one that ended',
      [next, last(12, 'success exited 0'), `cut digest ${LIVE} ${String(MONDAY + 60)} 600`],
      `fail scheduled job digest: the run of 2026-11-30T07:01:00Z was cut off, such as by a reboot; ${NEXT}; ${LAST}: ok, in 12 s → ${LOGS}`,
    ],
    [
      'was cut off before the last one that ended',
      [next, last(12, 'success exited 0'), `cut digest ${LIVE} ${String(MONDAY - 60)} 600`],
      `ok scheduled job digest: ${NEXT}; ${LAST}: ok, in 12 s`,
    ],
    [
      'never runs again',
      [last(1, 'success exited 0')],
      `warn scheduled job digest: no next run; ${LAST}: ok, in 1 s`,
    ],
    [
      'has another unit',
      [next, last(12, 'exit-code exited 3'), 'wrong shop-digest.timer stopped'],
      `fail scheduled job digest: its unit: stopped; ${NEXT}; ${LAST}: failed with exit status 3 → npx nx run test:provision`,
    ],
  ])('says of a scheduled job that it %s', (_, lines, expected) => {
    expect(judged(...lines)).toEqual([expected]);
  });

  it('warns of a job that the live release does not have', () => {
    expect(
      judged(
        next,
        'wrong shop-old.timer leftover',
        'wrong shop-old.service leftover',
        `running long ${OLD} ${String(MONDAY)} 600`,
      ),
    ).toEqual([
      `ok scheduled job digest: ${NEXT}; never run yet`,
      'warn scheduled job old: left over: the live release has no such scheduled job → npx nx run test:provision',
      `ok scheduled job long: running since 2026-11-30T07:00:00Z in the release ${OLD}; the live release has no such scheduled job`,
    ]);
  });

  it('has data for machines', () => {
    const output = [
      `live ${LIVE}`,
      `jobs ${JSON.stringify([digest])}`,
      next,
      last(600, 'exit-code exited 124'),
    ];
    expect(judgeSchedules(output.join('\n'), known)).toMatchObject([
      {
        data: {
          schedule: 'digest',
          at: ['Mon 07:00'],
          next: '2026-12-07T07:00:00Z',
          last: {
            ...{ release: LIVE, result: 'timeout', code: 'exited', status: '124' },
            ...{ started: '2026-11-30T07:00:00Z', ended: '2026-11-30T07:10:00Z' },
          },
        },
      },
    ]);
  });

  it('warns of a scheduled job that another host has by now, as both may run it', () => {
    const output = [`live ${LIVE}`, `jobs ${JSON.stringify([digest])}`, next].join('\n');
    expect(judgeSchedules(output, { ...known, elsewhere: { digest: 'first' } })).toMatchObject([
      {
        level: 'warn',
        text: `by now, the environment has it on first: both hosts may run it; ${NEXT}; never run yet`,
        hint: 'npx nx run test:deploy',
      },
    ]);
  });

  it('has nothing to say where there is nothing', () => {
    expect(judgeSchedules('live \n', known)).toEqual([]);
    expect(judgeSchedules(`live ${LIVE}\njobs [{"na`, known)).toEqual([]);
  });
});
