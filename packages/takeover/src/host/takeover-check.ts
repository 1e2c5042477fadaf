import {
  applicationOf,
  judgedBy,
  type Check,
  type Environment,
  type Finding,
} from '@fairness-deploy/core';
import { layoutOf } from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';

/** How far the takeover is. */
export function takeoverCheck(environment: Environment): Check {
  const application = applicationOf(environment);
  return {
    name: 'takeover',
    layer: 'upkeep',
    read: sh`
      [ -f ${placesOf(application).record} ] || exit 0
      if [ -L ${layoutOf(application).live} ]; then echo unfinished; else echo old; fi`,
    ...judgedBy(judgeTakeover, environment.name),
  };
}

/** Pure. */
export function judgeTakeover(output: string, environment: string): Finding {
  const run = (command: string): string => `npx nx run ${environment}:${command}`;
  const name = 'takeover';
  switch (output.trim()) {
    case 'unfinished':
      return {
        ...{ name, level: 'fail', data: { state: 'unfinished' }, hint: run('provision') },
        text: 'a release of ours has the traffic, and not all of the old application is removed',
      };
    case 'old':
      return {
        ...{ name, level: 'ok', data: { state: 'old' }, hint: run('deploy') },
        text: 'the old application has the traffic',
      };
    default:
      return {
        ...{ name, level: 'ok', data: { state: 'done' }, hint: 'remove the section takeover' },
        text: 'nothing is left to take over',
      };
  }
}
