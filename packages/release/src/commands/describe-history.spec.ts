import { expect, it } from 'vitest';
import type { HistoryEntry } from '../host/history-entry.js';
import { entryOf } from '../testing/entry.js';
import { describeHistory } from './describe-history.js';
import { localTime } from '@fairness-deploy/core/commands';

const started = '2026-11-25T10:15:02.000Z';
const record = entryOf({
  ...{ release: '20261125-101502-3f2a1bc', started, finished: '2026-11-25T10:15:30Z' },
  phases: { fetch: 0.31, install: 0.01, build: 12.5 },
});

const time = localTime(started);

it('describeHistory() says what each deployment was and how it ended', () => {
  const failed = { ...record, outcome: 'failed', failed: 'check api', phases: {} } as const;
  const cancelled = { ...failed, outcome: 'cancelled', failed: 'build' } as const;
  const interrupted = {
    ...record,
    outcome: 'interrupted',
    action: 'rollback',
    phases: {},
  } as const;
  const good = { ...record, runtime: { node: '24.11.1' } };
  expect(
    describeHistory([failed, cancelled, interrupted, good], [], undefined).split('\n'),
  ).toEqual([
    `${time}  deploy 20261125-101502-3f2a1bc: failed at "check api"`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, deployed by ana from laptop',
    `${time}  deploy 20261125-101502-3f2a1bc: cancelled at "build"`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, deployed by ana from laptop',
    `${time}  rollback 20261125-101502-3f2a1bc: interrupted`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, rolled back by ana from laptop',
    `${time}  deploy 20261125-101502-3f2a1bc: good`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, deployed by ana from laptop, on Node.js 24.11.1',
    '  12.8 s: fetch 0.3, build 12.5',
  ]);
});

it('describeHistory() says what was restarted', () => {
  const restart = { ...record, action: 'restart', phases: {} } as const;
  expect(
    describeHistory([restart, { ...restart, process: 'jobs' }], [], undefined).split('\n'),
  ).toEqual([
    `${time}  restart 20261125-101502-3f2a1bc: good`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, restarted by ana from laptop',
    `${time}  restart jobs of 20261125-101502-3f2a1bc: good`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, restarted by ana from laptop',
  ]);
});

it('describeHistory() says which migrations a deployment has applied', () => {
  const line = (migrated: HistoryEntry['migrated']): string | undefined =>
    describeHistory([{ ...record, ...(migrated && { migrated }) }], [], undefined).split('\n')[2];
  expect(line({ seconds: 1.23, names: ['0003_places', 'a\nb'], count: 2 })).toBe(
    '  migrated in 1.2 s: 0003_places, a b',
  );
  const names = Array.from({ length: 50 }, (_, at) => String(at));
  expect(line({ seconds: 1, names, count: 90 })).toBe(
    '  migrated in 1.0 s: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 80 more',
  );
  expect(line({ seconds: 1, names: [], count: 0 })).toBe('  migrated in 1.0 s: nothing was new');
  expect(line({ seconds: 1 })).toBe('  migrated in 1.0 s');
});

it('describeHistory() marks the deployment that is live: the last good one of its release', () => {
  const other = { ...record, release: '20261126-101502-3f2a1bc' };
  const heads = (records: readonly HistoryEntry[], running?: string): readonly string[] =>
    describeHistory(records, [], running)
      .split('\n')
      .filter((line) => line.startsWith(time))
      .map((line) => line.slice(time.length + 2));
  const again = { ...record, action: 'rollback' } as const;
  const failed = { ...record, outcome: 'failed' } as const;
  expect(heads([record, other, again, failed], record.release)).toEqual([
    `deploy ${record.release}: good`,
    `deploy ${other.release}: good`,
    `rollback ${record.release}: good, live`,
    `deploy ${record.release}: failed`,
  ]);
  expect(describeHistory([], [], undefined)).toBe('');
});

it('describeHistory() has tasks where they began, and how they ended', () => {
  const task = {
    ...{ task: '20261124T101502-6b1f0c', release: record.release, command: 'npm run seed' },
    ...{ terminal: false, who: 'ana', from: 'laptop', started: '2026-11-24T10:15:02.000Z' },
  };
  const later = {
    ...{ ...task, task: '20261126T101502-6b1f0c', started: '2026-11-26T10:15:02.000Z' },
    ...{ terminal: true, directory: 'apps/api' },
  };
  expect(
    describeHistory(
      [record],
      [
        { ...task, outcome: 'failed', status: 3, seconds: 40 },
        { ...later, outcome: 'running' },
      ],
      undefined,
    ).split('\n'),
  ).toEqual([
    `${localTime(task.started)}  task 20261124T101502-6b1f0c: failed, status 3, 40.0 s`,
    '  npm run seed, in 20261125-101502-3f2a1bc, by ana from laptop',
    `${time}  deploy 20261125-101502-3f2a1bc: good`,
    '  3f2a1bc000 "A greeting" by Ana Gomes, deployed by ana from laptop',
    '  12.8 s: fetch 0.3, build 12.5',
    `${localTime(later.started)}  console 20261126T101502-6b1f0c: running`,
    '  npm run seed, in 20261125-101502-3f2a1bc/apps/api, by ana from laptop',
  ]);
});
