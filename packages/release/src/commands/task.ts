import { applicationOf, repositoryFolderSchema } from '@fairness-deploy/core';
import {
  checkWords,
  chooseHost,
  describeWords,
  onHosts,
  type CommonOptions,
  type LocalRun,
  type OpenHost,
  type Run,
} from '@fairness-deploy/core/commands';
import { describeJob } from '@fairness-deploy/core/engine';
import { keepFromNx, placeOf } from '@fairness-deploy/secrets';
import { thisTerminal, type Terminal } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { layoutOf } from '../application/layout.js';
import { shortened } from '../host/history-entry.js';
import { findTaskRelease } from '../plan/find-task-release.js';
import type { TaskPlan } from '../plan/plan-task.js';
import { startedNow } from '../plan/started-now.js';
import { openConsole } from './open-console.js';
import { readReleases } from './read-releases.js';
import { releaseContext } from './release-context.js';
import { runTaskJob } from './run-task-job.js';
import type { TaskRequest } from './task-request.js';

/** Options of `task`. */
export interface TaskOptions extends CommonOptions {
  readonly request: TaskRequest;
}

/** The most characters of a command in the description of its job. */
const SHOWN_CHARACTERS = 100;

/**
 * Runs a command once, in a release of the application, with its variables and as its user: on one
 * host, by a job that takes no lock, or on this terminal. Two round trips.
 *
 * @returns the command's exit status; 1 when it could not be run.
 */
export async function task(local: LocalRun<TaskOptions>): Promise<number> {
  const { request, json = false } = local.options;
  checkRequest(local.place.environment, request);
  const terminal = request.tty
    ? requireTerminal(local.place.environment, request, json)
    : undefined;
  const run = await local.load();
  const { name } = run.environment;
  const host = chooseHost(run, {
    ...{ act: 'run a task on', named: request.host },
    // All of them have the release.
    preferred: run.hosts[0],
    withOption: (option) => `npx nx run ${name}:task -- ${option} ${describeWords(request.words)}`,
  });
  local.started([host.name]);
  if (terminal)
    await keepFromNx(
      placeOf(local.place.workspace, run.environment.name),
      `task ${run.environment.name} --tty`,
    );
  const one = { ...run, hosts: [host] };
  const status = await onHosts(one, 'stop', async ([open]) =>
    open === undefined ? 1 : runOn(one, open, request, terminal),
  );
  return status ?? 1;
}

async function runOn(
  run: Run<TaskOptions>,
  open: OpenHost,
  request: TaskRequest,
  terminal: Terminal | undefined,
): Promise<number> {
  const { host } = open;
  const command = run.mask(describeWords(request.words));
  const shown =
    command.length <= SHOWN_CHARACTERS ? command : `${command.slice(0, SHOWN_CHARACTERS)}…`;
  const act = `run the task ${shown}`;
  const { state } = await readReleases(run, open, `${act} on`);
  const release = findTaskRelease(state, host.name, request.release);
  const application = applicationOf(releaseContext(run, host).environment);
  const described = { ...describeJob(shown), act };
  const plan: TaskPlan = {
    ...{ application, layout: layoutOf(application), words: request.words },
    origin: {
      ...{ task: described.id, release, command: shortened(command) },
      ...(request.directory !== undefined && { directory: request.directory }),
      terminal: terminal !== undefined,
      ...startedNow(new Date(described.description.since)),
    },
  };
  const job = { ...described, task: { application: application.name, release } };
  run.reporter.report({
    ...{ type: 'notice', host: host.name },
    text: `${shown}: in ${release === liveOf(state) ? 'the live release' : 'the release'} ${release} on ${host.name}`,
  });
  return terminal
    ? openConsole(run, open, { plan, job, terminal })
    : runTaskJob(run, open, { plan, job });
}

function liveOf({ live, colours }: Awaited<ReturnType<typeof readReleases>>['state']) {
  return live && colours.get(live);
}

/** @throws HintedError when there is no command, or it can't be one. */
function checkRequest(environment: string, request: TaskRequest): void {
  const { words, directory, dropped } = request;
  checkWords({
    ...{ act: 'run a task', command: 'task', environment, words, dropped },
    example: 'npm run seed',
  });
  const checked = repositoryFolderSchema.safeParse(directory ?? 'any');
  if (checked.success) return;
  throw new HintedError(
    `Cannot run a task in ${JSON.stringify(directory)}: expected a folder of the release, without '..'`,
    { hint: '--directory apps/api' },
  );
}

/** @throws HintedError when there is none, or the report would be in its way. */
function requireTerminal(environment: string, { words }: TaskRequest, json: boolean): Terminal {
  const terminal = thisTerminal();
  if (json) {
    throw new HintedError('Cannot open a console with --json: its output is that of a terminal', {
      hint: 'leave out --json, or --tty',
    });
  }
  if (terminal) return terminal;
  throw new HintedError(
    'Cannot open a console: this command has no terminal for its input and its output',
    {
      hint: `leave out --tty, or run it on a terminal: node_modules/.bin/fairness-deploy task ${environment} --tty -- ${describeWords(words)}`,
    },
  );
}
