import {
  applicationOf,
  definePlugin,
  requireApplication,
  type Environment,
  type PluginContext,
  type PluginIssue,
} from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { extendNginx, sitesReached } from '@fairness-deploy/nginx';
import { extendRelease } from '@fairness-deploy/release';
import { adoption } from './host/adoption.js';
import { replaceNginx } from './host/replace-nginx.js';
import { takeoverRest } from './release/rest.js';
import { FINDINGS } from './host/finding-schemas.js';
import { takeoverCheck } from './host/takeover-check.js';
import { takeoverSteps } from './release/steps.js';
import { REMOVALS, TAKEOVER } from './section/removals.js';
import { placesOf } from './section/places.js';
import { refuseCheckout } from './section/refuse-checkout.js';
import { sectionSchema, type Section } from './section/section.js';
import { sharedFolders } from './section/shared-folders.js';

/** Takes over a live server that the old Ansible roles have set up, without a failed request. */
export const plugin = definePlugin<Section>({
  section: 'takeover',
  schema: sectionSchema,
  validate,
  resources,
  owns: ({ environment }) => {
    const application = applicationOf(environment);
    return [
      { kind: TAKEOVER, name: application.name },
      // The way back.
      { kind: 'path', name: placesOf(application).old, data: 'data' },
    ];
  },
  removals: REMOVALS,
  judges: require.resolve('@fairness-deploy/takeover/judges'),
  findings: FINDINGS,
  checks: ({ environment }) => [takeoverCheck(environment)],
  // A disposable host has nothing of the old roles.
  rehearsal: {
    isLeftOut: true,
    leavesOut: () => ['the takeover: a disposable host has nothing of the old set-up'],
  },
  extensions: [
    extendNginx<Section>({
      before: ({ environment, section }, files) => [
        replaceNginx(applicationOf(environment), section, files),
      ],
    }),
    extendRelease<Section>({
      steps: ({ environment, section }, _release, _previous, { keepOld = false }) =>
        takeoverSteps(
          applicationOf(environment),
          { ...section, keep: section.keep || keepOld },
          sharedFolders(environment, section),
        ),
    }),
  ],
});

function validate({ checkout }: Section, environment: Environment): readonly PluginIssue[] {
  const missing = ['release', 'nginx', 'supervisor'].filter(
    (name) => !(name in environment.sections),
  );
  return [
    ...requireApplication(environment, 'that could take the place of the old one'),
    ...missing.map((name) => ({
      ...{ path: [], message: `the takeover needs the section ${name}` },
      hint: `add it: ${name}: {}`,
    })),
    ...refuseCheckout(checkout, environment.application),
  ];
}

function resources({ environment, section }: PluginContext<Section>): readonly Resource[] {
  const application = applicationOf(environment);
  const shared = sharedFolders(environment, section);
  return [
    adoption({ application, section, shared, reached: sitesReached(environment) }),
    takeoverRest(application, section, shared),
  ];
}
