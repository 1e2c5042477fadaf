import { nameSchema, type Removals } from '@fairness-deploy/core';
import { defineRemoval } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { pruneRuntimes, usedFolder } from '../scripts/runtime-marks.js';
import { commandLinks } from '../resources/command-links.js';

const ABSENT = { ensure: 'absent' } as const;

/** The runtimes that an application uses, so far as no other one uses them. */
const runtimes = defineRemoval<{ readonly application: string }>({
  type: 'runtimes',
  name: ({ application }) => application,
  check({ application }) {
    nameSchema.parse(application);
  },
  read: ({ application }) =>
    sh`[ ! -d ${usedFolder(application)} ] || ls ${usedFolder(application)}`,
  remove: ({ application }) => sh`
    rm -rf -- ${usedFolder(application)}
    ${pruneRuntimes()}`,
});

/** How the things of release's own kinds are removed. */
export const REMOVALS: Removals = {
  runtimes: {
    path: usedFolder,
    resource: (application) => runtimes({ application }),
  },
  commands: {
    // Links of others are no links of the application.
    exists: () => sh`false`,
    resource: (home) => commandLinks({ name: home, home }, ABSENT),
  },
};
