import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  applicationOf,
  definePlugin,
  extendDecommission,
  requireApplication,
  type Application,
  type Environment,
  type Owned,
} from '@fairness-deploy/core';
import {
  aptPackages,
  directory,
  RESTART_ALWAYS,
  service,
  unitDropIn,
  type Resource,
} from '@fairness-deploy/core/resources';
import { COLOURS, extendRelease, layoutOf } from '@fairness-deploy/release';
import { type Issue } from '@fairness-deploy/environment-file';
import { daemonCheck } from './daemon-check.js';
import { FINDINGS } from './finding-schemas.js';
import { configurationFile } from './layout.js';
import { liveConfiguration } from './live-configuration.js';
import { programCheck } from './program-check.js';
import { processLogs } from './process-logs.js';
import { releaseConfiguration } from './release-configuration.js';
import { releaseSteps, restartSteps } from './release-steps.js';
import { sectionSchema, type Section } from './section.js';
import { stoppedProcesses } from './stopped-processes.js';
import { stopProcesses } from './stop-processes.js';
import { supervisorFolder } from './supervisor-program.js';
import { processesReport } from './processes-report.js';

/** Keeps the application's processes running, as programs of Supervisor. */
export const plugin = definePlugin<Section>({
  section: 'supervisor',
  schema: sectionSchema,
  validate,
  resources: ({ environment }) => resources(applicationOf(environment)),
  liveFolders: [supervisorFolder],
  logs: ({ environment }) => processLogs(applicationOf(environment)),
  owns: ({ environment }) => owned(applicationOf(environment)),
  removesOwn: ['path'],
  extensions: [
    extendDecommission<Section>({
      stop: ({ environment }) => [
        { name: 'stop processes', run: stopProcesses(applicationOf(environment)) },
      ],
    }),
    extendRelease<Section>({
      steps: ({ environment }, release, previous) =>
        releaseSteps(applicationOf(environment), release, previous),
      restart: ({ environment }, release, workers) =>
        restartSteps(applicationOf(environment), release, workers),
      files: ({ environment, section }, release) =>
        releaseConfiguration(applicationOf(environment), release, section, environment.folder),
    }),
  ],
  report: () => processesReport,
  judges: require.resolve('@fairness-deploy/supervisor/judges'),
  findings: FINDINGS,
  checks: ({ environment }) => [daemonCheck, programCheck(applicationOf(environment))],
});

function validate({ template }: Section, environment: Environment): readonly Issue[] {
  const { folder } = environment;
  return [
    ...requireApplication(environment, 'whose processes it could run'),
    ...(template === undefined || existsSync(resolve(folder, template))
      ? []
      : [{ path: ['template'], message: `there is no file ${resolve(folder, template)}` }]),
  ];
}

function resources(application: Application): readonly Resource[] {
  const { user } = application;
  const packages = aptPackages({ names: ['supervisor'] });
  const logs = directory({ path: layoutOf(application).logs, group: 'adm', mode: '0750' });
  const restart = unitDropIn(
    { service: 'supervisor', configuration: RESTART },
    { after: [packages] },
  );
  const configuration = liveConfiguration(application);
  // Last: a file that was broken until now can be why supervisord doesn't start.
  const daemon = service(
    { unit: 'supervisor', enabled: true, running: true },
    { after: [packages], follows: [configuration, `user:${user}`, ...restart] },
  );
  return [packages, logs, configuration, ...restart, daemon, stoppedProcesses(application)];
}

/** For how long Supervisor may take to stop: as long as any process may, and a little longer. */
const LONGEST_STOP_SECONDS = 3660;

/**
 * After a kill, Debian's unit waits 50 s before it starts supervisord again, and lets its processes
 * run. Nobody controls those, and they keep the ports that the next supervisord's processes need.
 * So all end together (systemd.kill(5)): when Supervisor stops, it asks each process to end by its own
 * signal and gives it its own time; when it was killed, systemd kills the processes.
 */
const RESTART = `${RESTART_ALWAYS}KillMode=mixed
TimeoutStopSec=${String(LONGEST_STOP_SECONDS)}
`;

function owned(application: Application): readonly Owned[] {
  const files = COLOURS.map((colour) => configurationFile(application.name, colour));
  return [...files, layoutOf(application).logs].map((name) => ({ kind: 'path', name }));
}
