import type { Environment } from '../inventory/environment.js';
import type { Command, CommonOptions, ExitCode } from './run.js';
import {
  runCommand,
  type CommandDescription,
  type CommandPlace,
  type LocalRun,
} from './run-command.js';

/** A command that runs on an environment, of core or of a plugin. */
export interface EnvironmentCommand<Options extends CommonOptions> extends CommandDescription {
  /**
   * Checks the options, before any host is contacted.
   *
   * @throws Error that says what is wrong with them.
   */
  validate?(options: Options, environment: Environment): void;
  /** Loads the command's module, after the environment has passed its checks. */
  load(): Promise<Command<Options>>;
}

/** Runs a command on an environment and reports it, as {@link runCommand} does. */
export function runOnEnvironment<Options extends CommonOptions>(
  command: EnvironmentCommand<Options>,
  place: CommandPlace,
  options: Options,
): Promise<number> {
  const begin = async ({ load, started }: LocalRun<Options>): Promise<ExitCode> => {
    const run = await load();
    command.validate?.(options, run.environment);
    const work = await command.load();
    started(run.hosts.map((host) => host.name));
    return work(run);
  };
  return runCommand({ ...command, load: () => Promise.resolve(begin) }, place, options);
}
