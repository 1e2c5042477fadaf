import { describe, expect, it } from 'vitest';
import { bars, table, timeline, trend } from './charts.js';

const NOW = Date.UTC(2026, 11, 1, 12);
const at = (hour: number): string => new Date(NOW - hour * 3_600_000).toISOString();
const span = (from: number, to?: number) => ({
  ...{ from: at(from), label: 'x', text: 'y', level: 'ok' as const },
  ...(to !== undefined && { to: at(to) }),
});
const numbers = (source: string, name: string): readonly number[] =>
  [...source.matchAll(new RegExp(`[ "]${name}="([-\\d.]+)"`, 'g'))].map(([, one]) => Number(one));

describe('timeline()', () => {
  it('reaches from the first span to now, and what goes on ends now', () => {
    const { source } = timeline([{ name: 'Live', spans: [span(10, 5), span(5)] }], NOW);
    expect(numbers(source, 'x')).toEqual([0, 360]);
    expect(numbers(source, 'width').map(Math.round)).toEqual([359, 359]);
  });

  it('shows what is as short as a moment, and clips what lies in the future', () => {
    const { source } = timeline([{ name: 'Live', spans: [span(10, 10), span(5, -50)] }], NOW);
    expect(numbers(source, 'width')).toEqual([2, 359]);
  });

  it('is empty without spans', () => {
    expect(timeline([{ name: 'Live', spans: [] }], NOW).source).toContain('none yet');
  });
});

it('bars() reach to the largest value, and not below zero', () => {
  const bar = (value: number) => ({ label: 'x', value, text: '', level: 'ok' as const });
  const { source } = bars([bar(50), bar(200), bar(-5)]);
  expect([...source.matchAll(/width:([\d.]+)%/g)].map(([, one]) => Number(one))).toEqual([
    25, 100, 0,
  ]);
  expect(bars([bar(0)]).source).toContain('width:0.0%');
});

it('trend() goes from the oldest to the newest point, between 0 and 100 percent', () => {
  const points = [0, 120, 50].map((value, hour) => ({ at: NOW + hour, value }));
  expect(/points="([^"]*)"/.exec(trend([{ name: '/', points }]).source)?.[1]).toBe(
    '0.0,120.0 360.0,0.0 720.0,60.0',
  );
  expect(trend([{ name: '/', points: points.slice(1, 2) }]).source).toContain('no trend yet');
});

it('table() names its columns', () => {
  const { source } = table(['Process'], [['api']]);
  expect(source.replaceAll(/\s+/g, '')).toContain('<thscope="col">Process</th>');
});
