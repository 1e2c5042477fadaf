import { type Figures, type Result } from './measure.mjs';
import { SERIES } from './measures.mjs';

type Unit = 'trips' | 'ms' | 'times' | 'MB';

interface Target {
  /** Of the measure. */
  readonly name: string;
  /** What people read; the name unless given. */
  readonly what?: string;
  readonly unit: Unit;
  readonly limit: number;
  /** Undefined when a measure is missing. */
  readonly actualOf: (figures: Figures, all: readonly Figures[]) => number | undefined;
}

export interface Verdict {
  readonly what: string;
  readonly unit: Unit;
  readonly limit: number;
  readonly actual: number;
  readonly met: boolean;
}

/** The targets of the product: the median time, and round trips after connecting. */
const TARGETS: readonly Target[] = [
  ...['loopback', '50ms'].flatMap((place) => [
    roundTrips(`engine:plan@${place}`, 1),
    roundTrips(`engine:status@${place}`, 1),
    roundTrips(`engine:doctor@${place}`, 1),
    roundTrips(`engine:provision@${place}`, 1),
    roundTrips(`engine:deploy@${place}`, 1),
    roundTrips(`engine:deploy-commit@${place}`, 2),
    ...SERIES.map((count) => roundTrips(`engine:${String(count)}-resources@${place}`, 1)),
  ]),
  roundTrips('engine:first-provision@loopback', 2),
  time('engine:doctor@loopback', 1500),
  time('engine:provision@loopback', 500),
  time('engine:provision@50ms', 1000),
  time('nx:provision@loopback', 1600),
  time('engine:ten-hosts@loopback', 3000),
  time('engine:deploy@loopback', 800),
  time('engine:rollback-live@loopback', 2000),
  ratio('engine:deploy-commit-unsettled@loopback', 'by-hand:commit@loopback', 1.3),
  // 0.9 of its throughput.
  ratio('engine:db-backup@loopback', 'by-hand:pg-dump@loopback', 1.11),
  ratio('engine:db-backup-to-client@loopback', 'by-hand:pg-dump@loopback', 1.11),
  memory('engine:db-backup-to-client@loopback', 150),
  ratio('engine:db-restore-load@loopback', 'by-hand:pg-restore@loopback', 1.11),
  memory('engine:db-restore@loopback', 150),
  // As users see it: with all modules to load.
  time('secrets:ansible-vault@first', 50),
  time('secrets:ansible-vault-values@first', 400),
  time('secrets:age@first', 60),
  time('secrets:mask', 250),
];

function roundTrips(name: string, limit: number): Target {
  return { name, unit: 'trips', limit, actualOf: (figures) => figures.roundTrips };
}

function time(name: string, limit: number): Target {
  return { name, unit: 'ms', limit, actualOf: (figures) => figures.time.median };
}

/** Of the client, at its peak. */
function memory(name: string, limit: number): Target {
  return {
    ...{ name, what: `${name}, memory`, unit: 'MB', limit },
    actualOf: ({ memory: bytes }) => bytes && Math.round(bytes / 1e6),
  };
}

/** The median time, as a multiple of another's. */
function ratio(name: string, of: string, limit: number): Target {
  return {
    name,
    what: `${name} / ${of}`,
    unit: 'times',
    limit,
    actualOf: (figures, all) => {
      const other = all.find((each) => each.name === of);
      return other && Math.round((figures.time.median / other.time.median) * 100) / 100;
    },
  };
}

/** Compares the figures with the targets. */
export function judge(results: readonly Result[]): readonly Verdict[] {
  const measured = results.filter((each) => each.error === undefined);
  return TARGETS.flatMap(({ name, unit, limit, actualOf, what = name }) => {
    const figures = measured.find((each) => each.name === name);
    const actual = figures && actualOf(figures, measured);
    return actual === undefined ? [] : [{ what, unit, limit, actual, met: actual <= limit }];
  });
}
