import { applicationOf, definePlugin, requireApplication } from '@fairness-deploy/core';
import { gitDeployer } from './deployer.js';
import { releaseLayoutOf } from './layout.js';
import { notifyAll } from './notify-all.js';
import { releaseResources } from './resources.js';
import { releaseSchema, type ReleaseSection } from './section.js';
import { releaseStatus } from './status.js';

/** The deployment plugin: an environment with a section `release` gets its releases from here. */
export const plugin = definePlugin<ReleaseSection>({
  section: 'release',
  schema: releaseSchema,
  check: (_, environment) => requireApplication(environment, 'to release'),
  resources: ({ environment, section }) =>
    releaseResources(applicationOf(environment), section, environment),
  status({ environment }) {
    const application = applicationOf(environment);
    return releaseStatus(releaseLayoutOf(application), application.user);
  },
  finished: ({ section }, report) => notifyAll(section.notify, report),
  deployer: gitDeployer,
});
