import { applicationOf, definePlugin, requireApplication } from '@fairness-deploy/core';
import { checkApplication } from './application/check-application.js';
import { layoutOf } from './application/layout.js';
import { portOffer } from './application/port-mark.js';
import { releaseStatus } from './host/release-status.js';
import { notifyAll } from './notify/notify-all.js';
import { duringRelease, frontOf } from './release-part.js';
import { releaseResources } from './resources/release-resources.js';
import { releaseSchema, type ReleaseSection } from './section/section.js';

/** The deployment plugin: an environment with a section `release` gets its releases from here. */
export const plugin = definePlugin<ReleaseSection>({
  section: 'release',
  schema: releaseSchema,
  check: (_, environment) => [
    ...requireApplication(environment, 'to release'),
    ...checkApplication(environment),
  ],
  offers: [portOffer],
  resources: (context) => {
    const { environment, section } = context;
    return releaseResources(applicationOf(environment), section, frontOf(context));
  },
  status({ environment }) {
    const application = applicationOf(environment);
    return releaseStatus(layoutOf(application), application.user);
  },
  extensions: [
    duringRelease<ReleaseSection>({
      finished: ({ section }, report) => notifyAll(section.notify, report),
    }),
  ],
});
