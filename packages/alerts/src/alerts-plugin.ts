import { definePlugin } from '@fairness-deploy/core';
import { journal } from '@fairness-deploy/core';
import { FINDINGS } from './host/finding-schemas.js';
import { watchCheck } from './host/watch-check.js';
import { watchResources } from './host/watch-resources.js';
import { timerName, watchFolder } from './section/paths.js';
import { sectionSchema, type Section } from './section/section.js';

/** Hosts that watch themselves by the checks of doctor, and tell when something fails or is well again. */
export const plugin = definePlugin<Section>({
  section: 'alerts',
  schema: sectionSchema,
  watch: watchResources,
  findings: FINDINGS,
  checks: ({ environment }) => [watchCheck(environment)],
  logs: ({ environment }) => [journal('alerts', `${timerName(environment)}.service`)],
  owns: ({ environment }) => [
    // Before the folder, into which a run would write again.
    ...['timer', 'service'].map((type) => ({
      ...{ kind: 'unit', name: `${timerName(environment)}.${type}` },
    })),
    // With its state, which no resource knows.
    { kind: 'path', name: watchFolder(environment) },
  ],
  // A disposable host reports to nobody.
  rehearsal: {
    isLeftOut: true,
    leavesOut: () => ['the alerts: a disposable host reports to nobody'],
  },
});
