import { describe, expect, it } from 'vitest';
import type { FoundCause } from './find-causes.js';
import { nextState, WELL, type News, type WatchState } from './watch-state.js';

const cause = (subject: string): FoundCause => ({ subject, text: `${subject}: fails`, data: {} });
const START = Date.UTC(2026, 11, 1, 12);

/** What is told in each of some runs, five minutes apart: `-` nothing, `+` all is well, else what fails. */
function told(runs: readonly (readonly string[] | 'busy')[], after = 2): readonly string[] {
  let state: WatchState = WELL;
  let busy = false;
  let last: readonly string[] = [];
  return runs.map((run, at) => {
    busy = run === 'busy';
    last = run === 'busy' ? ['api'] : run;
    const now = new Date(START + at * 300_000);
    const next = nextState(state, last.map(cause), { now, after, busy });
    ({ state } = next);
    return say(next.news);
  });
}

function say(news: News | undefined): string {
  if (!news) return '-';
  const minutes = (Date.parse(news.since) - START) / 60_000;
  return news.state === 'well'
    ? `+ since ${String(minutes)}`
    : `${news.causes.map(({ subject }) => subject).join(' ')} since ${String(minutes)}`;
}

describe('nextState()', () => {
  it('is silent while all is well, and about what passes between two runs', () => {
    expect(told([[], ['api'], [], ['api'], []])).toEqual(['-', '-', '-', '-', '-']);
  });

  it('tells once what was seen often enough, and when it is over', () => {
    expect(told([['api'], ['api'], ['api'], ['api'], [], []])).toEqual([
      ...['-', 'api since 0', '-', '-', '+ since 0', '-'],
    ]);
    expect(told([['api'], []], 1)).toEqual(['api since 0', '+ since 0']);
  });

  it('tells what comes later, with what still fails', () => {
    expect(told([['api'], ['api'], ['api', 'disk'], ['api', 'disk'], ['disk'], []])).toEqual([
      ...['-', 'api since 0', '-', 'disk api since 0', '-', '+ since 0'],
    ]);
  });

  it('does not say well while another failure is not sure yet', () => {
    expect(told([['api'], ['api'], ['disk'], ['disk'], []])).toEqual([
      ...['-', 'api since 0', '-', 'disk since 0', '+ since 0'],
    ]);
    expect(told([['api'], ['api'], ['disk'], []])).toEqual(['-', 'api since 0', '-', '+ since 0']);
  });

  it('counts no new failure while the host is busy', () => {
    expect(told([['api'], 'busy', 'busy', [], ['api'], ['api']])).toEqual([
      ...['-', '-', '-', '-', '-', 'api since 20'],
    ]);
  });

  it('takes a name of a thing for nothing else', () => {
    expect(told([['__proto__'], ['constructor'], ['constructor']])).toEqual([
      ...['-', '-', 'constructor since 5'],
    ]);
  });
});
