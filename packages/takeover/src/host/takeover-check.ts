import { applicationOf, type Check, type Environment, type Finding } from '@fairness-deploy/core';
import { layoutOf } from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';

/** How far the takeover is. */
export function takeoverCheck(environment: Environment): Check {
  const application = applicationOf(environment);
  const run = (command: string): string => `npx nx run ${environment.name}:${command}`;
  const finding = (
    state: string,
    level: Finding['level'],
    text: string,
    hint: string,
  ): readonly Finding[] => [{ ...{ name: 'takeover', level, text, hint }, data: { state } }];
  return {
    name: 'takeover',
    layer: 'upkeep',
    read: sh`
      [ -f ${placesOf(application).record} ] || exit 0
      if [ -L ${layoutOf(application).live} ]; then echo unfinished; else echo old; fi`,
    judge(output) {
      switch (output.trim()) {
        case 'unfinished':
          return finding(
            ...(['unfinished', 'fail'] as const),
            'a release of ours has the traffic, and not all of the old application is removed',
            run('provision'),
          );
        case 'old':
          return finding('old', 'ok', 'the old application has the traffic', run('deploy'));
        default:
          return finding(
            ...(['done', 'ok'] as const),
            'nothing is left to take over',
            'remove the section takeover',
          );
      }
    },
  };
}
