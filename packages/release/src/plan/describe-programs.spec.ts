import { exampleApplication, exampleProcess } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { programsOf, type Program } from '../application/program.js';
import { describePrograms } from './describe-programs.js';

const programs = (...names: readonly string[]): readonly Program[] =>
  programsOf(
    exampleApplication({
      processes: names.map((name) => exampleProcess({ name, port: 3000, instances: 2 })),
    }),
    1,
  );

it.each([
  [[], ['api'], undefined],
  [['api', 'web'], ['web', 'api'], undefined],
  [['client'], ['web'], 'processes: web is new, client ends with the live release'],
  [['a'], ['a', 'b', 'c'], 'processes: b, c are new'],
  [['a', 'b', 'c'], ['a'], 'processes: b, c end with the live release'],
])('describePrograms() says what changes from %j to %j', (before, after, said) => {
  expect(describePrograms(programs(...before), programs(...after))).toBe(said);
});
