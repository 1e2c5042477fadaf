import { expect, it } from 'vitest';
import { entryOf, lineOf } from '../testing/entry.js';
import { deploymentParts } from './deployments-report.js';

const at = (minute: number): string => `2026-11-23T10:${String(minute)}:00Z`;
const lines = [
  entryOf({ started: at(10), finished: at(11), phases: { fetch: 1, build: 2.5 } }),
  entryOf({ started: at(20), finished: at(21), outcome: 'failed', failed: 'build' }),
  entryOf({ started: at(25), finished: at(25), action: 'restart', process: 'mailer' }),
  entryOf({ started: at(30), finished: at(31), action: 'rollback' }),
].map(lineOf);

it('shows since when each release was live, and what was not deployed', () => {
  const [releases] = deploymentParts([...lines, 'no entry'].join('\n'));
  const by = '"A greeting" by Ana Gomes';
  expect(releases).toEqual({
    ...{ kind: 'timeline', title: 'Releases' },
    lanes: [
      {
        name: 'Live',
        spans: [
          {
            label: '3f2a1bc000',
            text: `${by}; deploy by ana`,
            from: at(11),
            to: at(31),
            level: 'ok',
          },
          { label: '3f2a1bc000', text: `${by}; rollback by ana`, from: at(31), level: 'ok' },
        ],
      },
      {
        name: 'Not deployed',
        spans: [
          {
            ...{ label: '3f2a1bc000', from: at(20), to: at(21), level: 'fail' },
            text: `${by}; deploy, failed at "build" by ana`,
          },
        ],
      },
    ],
  });
});

it('shows how long deployments took, and how they ended', () => {
  const [, durations] = deploymentParts(lines.join('\n'));
  expect(durations).toMatchObject({
    bars: [
      { label: '2026-11-23 10:11', value: 3.5, text: '3.5 s', level: 'ok' },
      { level: 'fail' },
      { label: '2026-11-23 10:31 rollback', level: 'ok' },
    ],
  });
});

it('has empty parts before the first deployment', () => {
  expect(deploymentParts('')).toMatchObject([{ lanes: [{ spans: [] }] }, { bars: [] }]);
});
