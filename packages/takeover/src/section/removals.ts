import { nameSchema, type Removals } from '@fairness-deploy/core';
import { defineRemoval } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { placesOf } from './places.js';

/** The kind of what a host knows of a takeover. */
export const TAKEOVER = 'takeover';

/**
 * What a host knows of a takeover, without the old files. As long as the old application is adopted, only the section
 * knows how its programs are stopped and its uploads are copied.
 */
const takeover = defineRemoval<{ readonly application: string }>({
  type: TAKEOVER,
  name: ({ application }) => application,
  check({ application }) {
    nameSchema.parse(application);
  },
  read({ application }) {
    const { folder, record, old } = placesOf({ name: application });
    return sh`
      if [ -e ${record} ]; then
        echo adopted
      elif [ -d ${folder} ]; then
        find ${folder} -mindepth 1 -maxdepth 1 ! -path ${old} -printf '%f\n'
      fi`;
  },
  parse(found, { application }) {
    if (found[0] !== 'adopted') return found.filter((line) => line !== '');
    throw new HintedError(
      `Cannot remove the section takeover: the old application of ${application} is not taken over yet: its programs would go on, and its uploads would be lost`,
      {
        hint: 'write the section again, and deploy; or give the server back to the old set-up: docs/takeover.md',
      },
    );
  },
  remove({ application }) {
    const { folder, old } = placesOf({ name: application });
    return sh`find ${folder} -mindepth 1 -maxdepth 1 ! -path ${old} -exec rm -rf -- {} +`;
  },
});

/** How what a takeover has on a host is removed. */
export const REMOVALS: Removals = {
  [TAKEOVER]: {
    // It is never one of before, which would stay without a word.
    exists: () => sh`false`,
    resource: (application) => takeover({ application }),
  },
};
