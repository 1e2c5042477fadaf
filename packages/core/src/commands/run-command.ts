import { loadEnvironment } from '../inventory/load-environment.js';
import type { Environment } from '../inventory/environment.js';
import { reporterFor } from '../report/reporter-for.js';
import { sshTransport } from '../transport/ssh/ssh-transport.js';
import { reportFailure } from './on-hosts.js';
import type { CommandOptions, ExitCode, Run } from './run.js';

/** Loaded one by one: a command pays only for what it needs. */
const COMMANDS = {
  ping: async () => (await import('./ping.js')).ping,
  plan: async () => (await import('./plan.js')).plan,
  provision: async () => (await import('./provision.js')).provision,
  deploy: async () => (await import('./deploy.js')).deploy,
  status: async () => (await import('./status.js')).status,
};

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

/**
 * Runs a command on an environment and reports it on standard output. Throws nothing:
 * what goes wrong is reported, and the exit code says so.
 */
export async function runCommand(
  name: CommandName,
  place: { readonly workspace: string; readonly environment: string },
  options: CommandOptions,
): Promise<ExitCode> {
  const since = performance.now();
  const reporter = reporterFor(options.json ?? false, process.stdout, process.env);
  let code: ExitCode = 1;
  try {
    const { environment, plugins } = await loadEnvironment({
      workspace: place.workspace,
      name: place.environment,
    });
    const run: Run = {
      environment: limited(environment, options.limit ?? []),
      plugins,
      options,
      reporter,
      transport: sshTransport(),
    };
    const command = await COMMANDS[name]();
    reporter.report({
      type: 'started',
      command: name,
      environment: environment.name,
      hosts: run.environment.hosts.map((host) => host.name),
    });
    code = await command(run);
  } catch (error) {
    reportFailure({ reporter }, error);
  }
  reporter.report({ type: 'ended', success: code !== 1, milliseconds: performance.now() - since });
  return code;
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
