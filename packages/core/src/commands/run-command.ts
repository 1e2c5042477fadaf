import { tooShortNotice } from '@fairness-deploy/secrets';
import type { Environment } from '../inventory/environment.js';
import { masking, maskingReporter } from '../report/masking-reporter.js';
import { outputTo } from '../report/output.js';
import { reporterFor } from '../report/reporter-for.js';
import { sshTransport } from '@fairness-deploy/shell';
import { onInterruption } from './interruption.js';
import { reportFailure } from './on-hosts.js';
import { loadFor, type LoadingCommand } from './load-for.js';
import { RunningJobs } from './running-jobs.js';
import type { Command, CommandOptions, ExitCode, Run } from './run.js';

/** Loaded one by one: a command pays only for what it needs. */
const LOADERS = {
  ping: async () => (await import('./ping.js')).ping,
  plan: async () => (await import('./plan.js')).plan,
  provision: async () => (await import('./provision.js')).provision,
  deploy: async () => (await import('./deploy.js')).deploy,
  rollback: async () => (await import('./rollback.js')).rollback,
  history: async () => (await import('./history.js')).history,
  attach: async () => (await import('./attach.js')).attach,
  cancel: async () => (await import('./attach.js')).cancel,
  status: async () => (await import('./status.js')).status,
};

export type CommandName = keyof typeof LOADERS;

/** Those that make something of an environment, which takes its secrets; the others do without. */
const WITH_SECRETS: readonly CommandName[] = ['plan', 'provision', 'deploy'];

/** Whether a command goes on when secrets can't be had. */
export const withoutSecrets = (name: CommandName): boolean => !WITH_SECRETS.includes(name);

/** Where an environment is found. */
export interface CommandPlace {
  readonly workspace: string;
  /** Its name. */
  readonly environment: string;
}

/** A command, whoever brings it. */
export interface RunnableCommand extends LoadingCommand {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** Runs one of the commands that all environments have: see {@link runOn}. */
export function runCommand(
  name: CommandName,
  place: CommandPlace,
  options: CommandOptions,
): Promise<ExitCode> {
  const command = { name, withoutSecrets: withoutSecrets(name), load: LOADERS[name] };
  return runOn(command, place, options);
}

/**
 * Runs a command on an environment and reports it on standard output. Throws nothing:
 * what goes wrong is reported, and the exit code says so; also that the report couldn't be written.
 */
export async function runOn(
  command: RunnableCommand,
  place: CommandPlace,
  options: CommandOptions,
): Promise<ExitCode> {
  const since = performance.now();
  const output = outputTo(process.stdout, process.stderr);
  const plain = reporterFor(options.json ?? false, output, process.env);
  let reporter = plain;
  let code: ExitCode = 1;
  const end = (success: boolean): void => {
    reporter.report({ type: 'ended', success, milliseconds: performance.now() - since });
  };
  const jobs = new RunningJobs();
  const stopListening = onInterruption({
    jobs,
    reporter: () => reporter,
    end: () => {
      end(false);
    },
  });
  try {
    const { environment, plugins, secrets } = await loadFor(command, place, (text) => {
      plain.report({ type: 'notice', text });
    });
    const mask = masking(secrets);
    reporter = maskingReporter(plain, mask);
    for (const text of tooShortNotice(secrets)) reporter.report({ type: 'notice', text });
    const run: Run = {
      environment: limited(environment, options.limit ?? []),
      plugins,
      options,
      reporter,
      mask,
      jobs,
      transport: sshTransport(),
    };
    const work = await command.load();
    reporter.report({
      type: 'started',
      command: command.name,
      environment: environment.name,
      hosts: run.environment.hosts.map((host) => host.name),
    });
    code = await work(run);
  } catch (error) {
    reportFailure({ reporter }, error);
  }
  stopListening();
  end(code !== 1);
  return (await output.end()) ? code : 1;
}

/** @throws Error when a name isn't that of a host. */
function limited(environment: Environment, names: readonly string[]): Environment {
  if (names.length === 0) return environment;
  const known = environment.hosts.map((host) => host.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot limit to ${unknown.join(', ')}: the hosts of ${environment.name} are ${known.join(', ')}`,
    );
  }
  return { ...environment, hosts: environment.hosts.filter((host) => names.includes(host.name)) };
}
