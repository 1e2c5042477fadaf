import {
  applicationOf,
  definePlugin,
  extendDecommission,
  journal,
  requireApplication,
} from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { claimsOf } from './resources/claims-of.js';
import { validateApplication } from './application/validate-application.js';
import { layoutOf } from './application/layout.js';
import { portOffer } from './application/port-mark.js';
import { branchChecks } from './host/branch-check.js';
import { deploymentsLog } from './host/deployments-log.js';
import { deploymentsReport } from './host/deployments-report.js';
import { FINDINGS } from './host/finding-schemas.js';
import { releaseCheck } from './host/release-check.js';
import { scheduleCheck } from './host/schedule-check.js';
import { taskCheck } from './host/task-check.js';
import { notifyAll } from './notify/notify-all.js';
import { extendRelease, frontOf } from './extension/release-extension.js';
import { REMOVALS } from './ownership/removals.js';
import { rehearsal } from './rehearsal.js';
import { releaseResources } from './resources/release-resources.js';
import { recordsFolder } from './scheduled-jobs/run-record.js';
import { scheduledJobsOn, UNIT_TYPES, unitName } from './scheduled-jobs/scheduled-job.js';
import { validateInputs } from './section/validate-inputs.js';
import { releaseSchema, type ReleaseSection } from './section/section.js';

/** The deployment plugin of the section `release`. */
export const plugin = definePlugin<ReleaseSection>({
  section: 'release',
  schema: releaseSchema,
  validate: (section, environment) => [
    ...requireApplication(environment, 'to release'),
    ...validateApplication(environment),
    ...validateInputs(section, environment),
  ],
  offers: [portOffer],
  resources: (context) => {
    const { environment, section } = context;
    return releaseResources(applicationOf(environment), section, frontOf(context));
  },
  judges: require.resolve('@fairness-deploy/release/judges'),
  findings: FINDINGS,
  checks: ({ environment, host }) => {
    const application = applicationOf(environment);
    return [releaseCheck(application), scheduleCheck(environment, host), taskCheck(application)];
  },
  clientChecks: ({ environment, section }) => branchChecks(environment, section),
  report: ({ environment }) => deploymentsReport(layoutOf(applicationOf(environment))),
  logs({ environment, host }) {
    const application = applicationOf(environment);
    return [
      deploymentsLog(layoutOf(application)),
      ...scheduledJobsOn(environment, host).map(({ name }) =>
        journal(name, `${unitName(application.name, name)}.service`),
      ),
    ];
  },
  owns({ environment }) {
    const application = applicationOf(environment);
    const { home, record } = layoutOf(application);
    const units = (application.schedules ?? []).flatMap(({ name }) =>
      UNIT_TYPES.toReversed().map((type) => `${unitName(application.name, name)}.${type}`),
    );
    const records = application.schedules ? [recordsFolder(application.name)] : [];
    return [
      ...units.map((name) => ({ kind: 'unit', name })),
      ...records.map((name) => ({ kind: 'path', name })),
      // Its folder `shared` may hold files that people gave to the application.
      { kind: 'path', name: home, data: 'data' },
      { kind: 'path', name: record },
      { kind: 'runtimes', name: application.name },
    ];
  },
  removesOwn: ['path', 'unit'],
  removals: REMOVALS,
  claims: ({ environment }) => claimsOf(applicationOf(environment)),
  // The main branch of a repository elsewhere, or the one that is checked out here, has no name here.
  facts: ({ revision }) => (revision === undefined ? {} : { Branch: revision }),
  extensions: [
    extendDecommission({
      stop: ({ environment, host }) => {
        const jobs = scheduledJobsOn(environment, host);
        if (jobs.length === 0) return [];
        const { name } = applicationOf(environment);
        const units = jobs.flatMap((job) =>
          ['timer', 'service'].map((type) => `${unitName(name, job.name)}.${type}`),
        );
        return [
          { name: 'stop scheduled jobs', run: sh`systemctl stop -- ${units} 2>/dev/null || :` },
        ];
      },
    }),
    extendRelease<ReleaseSection>({
      ended: ({ section }, report) => notifyAll(section.notify, report),
    }),
  ],
  rehearsal,
});
