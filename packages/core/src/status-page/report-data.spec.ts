import { describe, expect, it } from 'vitest';
import { stateOf, withHistory, type ReportHost } from './report-data.js';

const finding = {
  section: 'nginx',
  name: 'nginx',
  layer: 'proxy',
  level: 'ok',
  text: 'runs',
} as const;
const host = (at: string, changes: Partial<ReportHost> = {}): ReportHost => ({
  ...{ name: 'web', at, findings: [finding], causes: [], parts: [] },
  points: [{ at, level: 'ok', disks: { '/': 25 } }],
  ...changes,
});

describe('withHistory()', () => {
  it('keeps the points of earlier reports, the last 400', () => {
    const points = Array.from({ length: 400 }, (_, minute) => ({
      at: new Date(Date.UTC(2026, 11, 1, 0, minute)).toISOString(),
      disks: {},
    }));
    const before = host('2026-12-01T06:39:00.000Z', { points });
    const after = withHistory(host('2026-12-01T12:00:00.000Z'), before).points;
    expect(after).toHaveLength(400);
    expect(after[0]?.at).toBe('2026-12-01T00:01:00.000Z');
    expect(after.at(-1)?.disks).toEqual({ '/': 25 });
  });

  it('keeps what was known of a host that is not reached any more', () => {
    const { name } = host('');
    const lost: ReportHost = {
      ...{ name, failure: 'no route', findings: [], causes: [], parts: [] },
      points: [{ at: '2026-12-01T12:00:00.000Z', disks: {} }],
    };
    expect(withHistory(lost, host('2026-12-01T11:00:00.000Z'))).toMatchObject({
      ...{ failure: 'no route', at: '2026-12-01T11:00:00.000Z', findings: [finding] },
      points: [{ level: 'ok' }, { disks: {} }],
    });
    expect(withHistory(lost, undefined)).toEqual(lost);
  });
});

it('stateOf() is as bad as the worst finding, or not known', () => {
  const { findings } = host('');
  expect(stateOf({ findings })).toBe('ok');
  expect(stateOf({ findings: [...findings, { ...finding, level: 'warn' }] })).toBe('warn');
  expect(stateOf({ findings, failure: 'no route' })).toBe('unknown');
});
