import { HintedError } from '@fairness-deploy/shell/text';
import { sh } from '@fairness-deploy/shell';
import { UNITS, type Address, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import { definePlacing } from '../scheduled-jobs/place-units.js';
import {
  findLiveId,
  printWrongUnits,
  WRONG_UNITS,
  wrongUnitsIn,
} from '../scheduled-jobs/wrong-units.js';

/**
 * The units of the live release's scheduled jobs are as the release has them, enabled and waiting, and
 * there are none of another release. Deployments write them; this repairs them.
 */
export function liveSchedules(application: Application): Resource {
  const address: Address = `scheduled-jobs:${application.name}`;
  const read = printWrongUnits(application);
  return {
    address,
    after: [],
    follows: [],
    read,
    plan(output) {
      const wrong = wrongUnitsIn(output);
      if (wrong.length === 0) return undefined;
      const foreign = wrong.find(({ what }) => what === 'foreign');
      if (foreign) {
        const path = `${UNITS}/${foreign.unit}`;
        throw new HintedError(
          `Cannot restore the scheduled jobs of ${application.name}: ${path} is another unit, and fairness-deploy did not make it`,
          { hint: `move it away: mv ${path} ${path}.old` },
        );
      }
      return {
        action: 'update',
        differences: wrong.map(({ unit, what }) => ({
          ...{ kind: 'value', field: `${UNITS}/${unit}` },
          ...{ from: WRONG_UNITS[what], to: what === 'leftover' ? undefined : 'as it was' },
        })),
        apply: sh`
          ${findLiveId(application)}
          ${definePlacing(application)}
          fd_place_scheduled "$fd_live_id"`,
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}
