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
];

function roundTrips(name, limit) {
  return { name, unit: 'trips', limit, actualOf: (result) => result.roundTrips };
}

function time(name, limit) {
  return { name, unit: 'ms', limit, actualOf: (result) => result.time.median };
}

/** Compares what was measured with the targets. */
export function judge(results) {
  return TARGETS.flatMap(({ name, unit, limit, actualOf }) => {
    const result = results.find((each) => each.name === name && each.error === undefined);
    if (!result) return [];
    const actual = actualOf(result);
    return [{ what: name, unit, limit, actual, met: actual <= limit }];
  });
}
