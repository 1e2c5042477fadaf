import type { Application, Check } from '@fairness-deploy/core';
import { layoutOf } from '@fairness-deploy/release';
import { sh } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';

/** How far the takeover is. */
export function takeoverCheck(application: Application): Check {
  return {
    name: 'takeover',
    read: sh`
      [ -f ${placesOf(application).record} ] || exit 0
      if [ -L ${layoutOf(application).live} ]; then echo unfinished; else echo old; fi`,
    judge(output) {
      const found = output.trim();
      if (found === 'unfinished') {
        const text =
          'a release of ours has the traffic, and not all of the old application is removed';
        return [
          { name: 'takeover', level: 'fail', text, hint: 'provision', data: { state: found } },
        ];
      }
      const text =
        found === 'old'
          ? 'the old application has the traffic; deploy'
          : 'nothing is left to take over; remove this section';
      return [
        { name: 'takeover', level: 'ok', text, data: { state: found === '' ? 'done' : found } },
      ];
    },
  };
}
