import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  applicationOf,
  definePlugin,
  requireApplication,
  type Application,
  type Environment,
  type Owned,
} from '@fairness-deploy/core';
import {
  aptPackages,
  directory,
  file,
  RESTART_ALWAYS,
  service,
  unitDropIn,
  type Resource,
} from '@fairness-deploy/core/resources';
import { extendRelease, layoutOf } from '@fairness-deploy/release';
import { type Issue } from '@fairness-deploy/environment-file';
import { Text } from '@fairness-deploy/shell/secret';
import { stoppingSeconds } from './control.js';
import { groupName, runFile, runFolder } from './layout.js';
import { programCheck } from './program-check.js';
import { processLogs } from './process-logs.js';
import { programConfiguration } from './program-configuration.js';
import { releaseSteps } from './release-steps.js';
import { sectionSchema, type Section } from './section.js';
import { stalePrograms } from './stale-programs.js';
import { stoppedPrograms } from './stopped-programs.js';
import { programFile, supervisorFolder, supervisorProgram } from './supervisor-program.js';
import { wrapper } from './wrapper.js';

/** Keeps the application's processes running: two programs of Supervisor for each, one a colour. */
export const plugin = definePlugin<Section>({
  section: 'supervisor',
  schema: sectionSchema,
  validate,
  resources: ({ environment, section }) =>
    resources(applicationOf(environment), section, environment.folder),
  liveFolders: [supervisorFolder],
  logs: ({ environment }) => processLogs(applicationOf(environment)),
  owns: ({ environment }) => owned(applicationOf(environment)),
  extensions: [
    extendRelease<Section>({
      steps: ({ environment, section }, release) =>
        releaseSteps(applicationOf(environment), section, release),
    }),
  ],
  checks: ({ environment, section }) => [
    programCheck(applicationOf(environment), section.startSeconds),
  ],
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

function resources(
  application: Application,
  section: Section,
  folder: string,
): readonly Resource[] {
  const { name, user, node } = application;
  const packages = aptPackages({ names: ['supervisor'] });
  const logs = directory({ path: layoutOf(application).logs, group: 'adm', mode: '0750' });
  const runs = directory({ path: runFolder(name) });
  const programs = application.processes.flatMap((process) => {
    const run = file(
      {
        path: runFile(name, process.name),
        content: Text.of(wrapper(application, process, section.startSeconds).text, '\n'),
        mode: '0755',
      },
      { after: [runs] },
    );
    const program = supervisorProgram(
      {
        name: groupName(name, process.name),
        configuration: programConfiguration(application, process, section, folder),
      },
      { after: [packages, logs, run], follows: [`user:${user}`, `node:${node?.version ?? ''}`] },
    );
    return [run, program];
  });
  const restart = unitDropIn(
    { service: 'supervisor', configuration: RESTART },
    { after: [packages] },
  );
  // Last: a file that was broken until now can be why supervisord doesn't start.
  const daemon = service(
    { unit: 'supervisor', enabled: true, running: true },
    { after: [packages], follows: [...programs, ...restart] },
  );
  const processes = stoppedPrograms(application, stoppingSeconds(section.stopSeconds));
  return [
    ...[packages, logs, runs, stalePrograms(application), ...programs, ...restart, daemon],
    processes,
  ];
}

/**
 * After a kill, Debian's unit waits 50 s before it starts supervisord again, and lets its processes
 * run. Nobody controls those, and they keep the ports that the next supervisord's processes need.
 * So all end together (systemd.kill(5)).
 */
const RESTART = `${RESTART_ALWAYS}KillMode=control-group
`;

function owned(application: Application): readonly Owned[] {
  const { name, processes } = application;
  const files = processes.map((process) => programFile(groupName(name, process.name)));
  return [runFolder(name), layoutOf(application).logs, ...files].map((path) => ({
    ...{ kind: 'path', name: path, data: false },
  }));
}
