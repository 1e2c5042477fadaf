import { type Connection, sh } from '@fairness-deploy/shell';
import type { Failure } from '@fairness-deploy/shell/text';
import { describeJob } from '../engine/describe-job.js';
import { needsClient, type JobStep } from '../engine/job.js';
import { readHost } from '../engine/read-host.js';
import { runJob } from '../engine/run-job.js';
import type { Environment } from '../inventory/environment.js';
import { requireSupported } from '../system/host-system.js';
import { pluginFailure } from '../plugin/ask-plugin.js';
import type { PluginContext } from '../plugin/plugin.js';
import { approve, refuseUnattended } from './approve.js';
import { jobEnd } from './job-end.js';
import { JOB_CUT_SHORT, jobObserver } from './job-observer.js';
import {
  endOnEach,
  exitCode,
  onHosts,
  workOnEach,
  type HostEnd,
  type OpenHost,
} from './on-hosts.js';
import { waitForLock } from './wait-for-lock.js';
import { logOnHost, reportFailedSteps } from './report-failed-steps.js';
import { type ChangeOptions, type CommandOptions, type ExitCode, type Run } from './run.js';
import { contextOf } from './plugins-on-host.js';
import type { EnvironmentCommand } from './run-on-environment.js';

/** One step of a command's job: see JobStep. */
export type CommandStep = Pick<JobStep, 'name' | 'run' | 'undo' | 'onClient' | 'clientOptional'>;

/** A host that a plugin's command works on. */
export interface CommandContext<Section, Options> extends PluginContext<Section> {
  readonly options: Options;
  readonly connection: Connection;
  /** Reports a line, or several, about the host. */
  readonly say: (text: string) => void;
  /**
   * Changes the host: runs steps one after the other, as a job under the host's lock, and reports
   * them. When a step fails, the later ones don't run, and the undos of those that began do. The
   * job continues without the client; `attach` and `cancel` work on it.
   *
   * @returns how the job ended, for {@link HostCommand.run} to return.
   * @throws LockHeldError when another job changes the host; nothing was done then.
   * @throws JobLostError when the connection ends first.
   */
  readonly job: (steps: readonly CommandStep[]) => Promise<HostEnd>;
  /**
   * Asks the user, such as `Restore the backup of 3 o'clock`; `--yes` answers it. For a question that needs
   * the host's answer; else {@link HostCommand.question}.
   *
   * @throws HintedError when there is no terminal to ask on.
   */
  readonly approve: (question: string) => Promise<boolean>;
  /**
   * Works on the hosts of another environment of the workspace as well, which has the same section: connects
   * to all of them, and closes the connections in the end.
   *
   * @returns what `work` returned for each
   * @throws Error when the environment can't be loaded, a host can't be reached, or the work fails.
   */
  readonly onOther: <T>(
    environment: string,
    work: (context: CommandContext<Section, Options>) => Promise<T>,
  ) => Promise<readonly T[]>;
  /** Is aborted when the user ends the command before its work is done. */
  readonly signal: AbortSignal;
}

/**
 * Options of a plugin's command. `yes` counts for a command with `approve`, `wait` for one that
 * calls `job`.
 */
export type HostCommandOptions = ChangeOptions & Pick<CommandOptions, 'yes'>;

/**
 * A command of a plugin that works on each host separately, such as `maintenance`. Its executor is
 * `environmentExecutor(hostCommand(command))`, and `fairness-deploy <name> <environment>` runs it too.
 */
export interface HostCommand<Section, Options extends HostCommandOptions> extends Omit<
  EnvironmentCommand<Options>,
  'load' | 'section'
> {
  /** The plugin's section: only environments with it have the command. */
  readonly section: string;
  /**
   * The question that the user must answer before anything is done, once for all hosts, such as
   * `Empty the cache of prod`; undefined: no question. `--yes` answers it.
   */
  question?(options: Options, environment: Environment): string | undefined;
  /**
   * Whether it changes nothing on the host with these options: then it also works on a host whose system is not
   * supported. Default: no, and such a host is named before anything is asked or done.
   */
  isReadOnly?(options: Options): boolean;
  /**
   * Runs on one host; all hosts side by side.
   *
   * @returns how it ended, which is reported
   * @throws Error when it failed, which is reported and doesn't stop the others.
   */
  run(context: CommandContext<Section, Options>): Promise<HostEnd>;
}

/** Runs a command on each host of an environment. */
export function hostCommand<Section, Options extends HostCommandOptions>(
  command: HostCommand<Section, Options>,
): EnvironmentCommand<Options> {
  return { ...command, load: () => Promise.resolve((run) => runOnHosts(run, command)) };
}

async function runOnHosts<Section, Options extends HostCommandOptions>(
  run: Run<Options>,
  command: HostCommand<Section, Options>,
): Promise<ExitCode> {
  const { environment, options, reporter } = run;
  const { name, section } = command;
  const question = command.question?.(options, environment);
  if (question !== undefined && !options.yes) refuseUnattended(unattended(run, name));
  const ends = await onHosts(run, 'go-on', async (hosts) => {
    const fit = command.isReadOnly?.(options) ? hosts : await supported(run, hosts, name);
    if (question !== undefined && fit.length > 0 && !(await isApproved(run, name, question))) {
      reporter.report({ type: 'notice', text: 'Nothing was changed.' });
      return undefined;
    }
    return endOnEach(run, fit, async (open) => {
      try {
        return await command.run(commandContext(run, open, command));
      } catch (error) {
        throw pluginFailure(section, `its command "${name}"`, error);
      }
    });
  });
  return exitCode(run, ends);
}

/** The hosts whose system is supported; the others are reported. One round trip. */
async function supported(
  run: Run,
  hosts: readonly OpenHost[],
  command: string,
): Promise<readonly OpenHost[]> {
  const fit = await workOnEach(run, hosts, async ({ host, connection }) => {
    const { system } = await readHost(connection, {});
    requireSupported(`${actOf(command)} on`, host.name, system);
  });
  return fit.map(({ open }) => open);
}

/** What a command does, behind `Cannot`. */
const actOf = (command: string): string => `run ${command}`;

/** What a command of a plugin gets for a host. */
export function commandContext<Section, Options extends HostCommandOptions>(
  run: Run<Options>,
  open: OpenHost,
  command: Pick<HostCommand<Section, Options>, 'name' | 'section'>,
): CommandContext<Section, Options> {
  const { name, section } = command;
  const plugin = run.plugins.find((one) => one.section === section) ?? { section };
  return {
    // Sound: the plugin's own schema returned it.
    ...(contextOf(run, plugin, open.host) as PluginContext<Section>),
    ...{ options: run.options, connection: open.connection, signal: run.jobs.signal },
    job: (steps) => runAsJob(run, open, name, steps),
    approve: (question) => isApproved(run, name, question),
    say: (text) => {
      run.reporter.report({ type: 'notice', host: open.host.name, text });
    },
    onOther: async (environment, work) => {
      const other = await run.other(environment);
      const results = await onHosts(other, 'stop', (hosts) =>
        Promise.all(hosts.map((host) => work(commandContext(other, host, command)))),
      );
      if (results) return results;
      throw new Error(`Cannot run ${name}: not all hosts of ${environment} can be reached`);
    },
  };
}

async function isApproved(
  run: Run<HostCommandOptions>,
  name: string,
  question: string,
): Promise<boolean> {
  return run.options.yes ? true : approve(question, unattended(run, name));
}

/** What is the case when there is no terminal to ask on. */
function unattended({ environment }: Run, name: string): Failure {
  return {
    message: `Cannot ${actOf(name)} on ${environment.name}: it waits for approval, and there is no terminal to ask on`,
    hint: `to do it without asking: npx nx run ${environment.name}:${name} --yes`,
  };
}

/**
 * Runs steps one after the other, as a job of a command.
 *
 * @param what for the lock and the log: the command's name
 */
export async function runAsJob(
  run: Run<HostCommandOptions>,
  open: OpenHost,
  what: string,
  inOrder: readonly CommandStep[],
): Promise<HostEnd> {
  await waitForLock(run, open);
  const { host, connection, another } = open;
  const steps = inOrder.map((step, at) => ({ ...step, after: at === 0 ? [] : [at - 1] }));
  const job = {
    ...{ ...describeJob(what), act: actOf(what), steps },
    ...{ wait: run.options.wait ?? false, verify: sh`:` },
  };
  const result = await run.jobs.during(
    {
      ...{ id: job.id, host: host.name, another },
      onDetach: needsClient(steps) ? 'undoes what it did, as it needs this client' : 'continues',
      onCancel: 'end it and undo what it did',
    },
    () => runJob(connection, job, jobObserver(run, host.name), another),
  );
  reportFailedSteps(run, host.name, what, { ...result, log: logOnHost(host.name, job.id) });
  const { finished, cancelled } = result;
  if (!finished) return { outcome: 'failed', ...JOB_CUT_SHORT };
  const failed = result.steps.some(({ status }) => status !== 'done');
  return jobEnd(job, cancelled ? 'cancelled' : failed ? 'failed' : 'done', result.steps);
}
