import { loadEnvironment } from '../inventory/load-environment.js';
import type { Environment } from '../inventory/environment.js';
import { secretsOf } from '../inventory/secrets-of.js';
import { maskingReporter } from '../report/masking-reporter.js';
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
  const plain = reporterFor(options.json ?? false, process.stdout, process.env);
  let reporter = plain;
  let code: ExitCode = 1;
  const stopListening = onInterrupt(() => {
    reportFailure(
      { reporter },
      new Error(
        'Interrupted. A job that runs on a host goes on there to its end; run the same command again to see what is left',
      ),
    );
    reporter.report({ type: 'ended', success: false, milliseconds: performance.now() - since });
  });
  try {
    const { environment, plugins } = await loadEnvironment({
      workspace: place.workspace,
      name: place.environment,
    });
    reporter = maskingReporter(plain, secretsOf(environment));
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
  stopListening();
  reporter.report({ type: 'ended', success: code !== 1, milliseconds: performance.now() - since });
  return code;
}

/** Exit status of a program that a signal ended, as shells tell it. */
const SIGNALLED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Says what there is to say when a signal comes, and ends the process. Nx sends several at once. */
function onInterrupt(say: () => void): () => void {
  const listeners = Object.entries(SIGNALLED).map(([signal, status]) => {
    const listener = (): void => {
      stop();
      say();
      process.exit(status);
    };
    process.once(signal, listener);
    return { signal, listener };
  });
  const stop = (): void => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
  return stop;
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
