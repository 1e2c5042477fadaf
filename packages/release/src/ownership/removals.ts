import type { Removals } from '@fairness-deploy/core';
import { defineResource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { pruneRuntimes, usedFolder } from '../scripts/runtime-marks.js';
import { commandLinks } from '../resources/command-links.js';

const ABSENT = { ensure: 'absent' } as const;

/** The runtimes that an application uses, so far as no other one uses them. */
const runtimes = defineResource<{ readonly application: string }, { readonly uses: string }>({
  type: 'runtimes',
  name: ({ application }) => application,
  read: ({ application }) => sh`[ ! -d ${usedFolder(application)} ] || echo some`,
  parse: (output) => ({ uses: output.trim() }),
  desired: () => ({ uses: 'some' }),
  write: () => sh`:`,
  remove: ({ application }) => sh`
    rm -rf -- ${usedFolder(application)}
    ${pruneRuntimes()}`,
});

/** How the things of release's own kinds are removed. */
export const REMOVALS: Removals = {
  runtimes: {
    exists: (application) => sh`[ -d ${usedFolder(application)} ]`,
    resource: (application) => runtimes({ application }, ABSENT),
  },
  commands: {
    // Links of others are no links of the application.
    exists: () => sh`false`,
    resource: (home) => commandLinks({ name: home, home }, ABSENT),
  },
};
