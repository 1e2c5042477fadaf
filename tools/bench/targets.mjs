import { SERIES } from './measures.mjs';

/** What the product must reach: the median time, and round trips after connecting. */
const TARGETS = [
  ...['loopback', '50ms'].flatMap((place) => [
    roundTrips(`engine:plan@${place}`, 1),
    roundTrips(`engine:provision@${place}`, 1),
    roundTrips(`engine:deploy@${place}`, 1),
    roundTrips(`engine:deploy-commit@${place}`, 2),
    ...SERIES.map((count) => roundTrips(`engine:${count}-resources@${place}`, 1)),
  ]),
  roundTrips('engine:first-provision@loopback', 2),
  time('engine:provision@loopback', 500),
  time('engine:provision@50ms', 1000),
  time('nx:provision@loopback', 1600),
  time('engine:ten-hosts@loopback', 3000),
  time('engine:deploy@loopback', 800),
  time('engine:rollback-live@loopback', 2000),
  ratio('engine:deploy-commit-unsettled@loopback', 'by-hand:commit@loopback', 1.3),
  // As users feel it: with all that has to be loaded.
  time('secrets:ansible-vault@first', 50),
  time('secrets:ansible-vault-values@first', 400),
  time('secrets:age@first', 60),
  time('secrets:mask', 250),
];

function roundTrips(name, limit) {
  return { name, unit: 'trips', limit, actualOf: (result) => result.roundTrips };
}

function time(name, limit) {
  return { name, unit: 'ms', limit, actualOf: (result) => result.time.median };
}

/** The median time, as a multiple of another's. */
function ratio(name, of, limit) {
  const median = (results) =>
    results.find((each) => each.name === of && each.error === undefined)?.time.median;
  return {
    name,
    what: `${name} / ${of}`,
    unit: 'times',
    limit,
    actualOf: (result, results) => round(result.time.median / median(results)),
    measured: (results) => median(results) !== undefined,
  };
}

function round(number) {
  return Math.round(number * 100) / 100;
}

/** Compares what was measured with the targets. */
export function judge(results) {
  return TARGETS.flatMap(({ name, unit, limit, actualOf, measured = () => true, what = name }) => {
    const result = results.find((each) => each.name === name && each.error === undefined);
    if (!result || !measured(results)) return [];
    const actual = actualOf(result, results);
    return [{ what, unit, limit, actual, met: actual <= limit }];
  });
}
