import type { Environment } from '../inventory/environment.js';
import type { Command, CommonOptions, ExitCode } from './run.js';
import {
  runLocal,
  type CommandDescription,
  type CommandPlace,
  type LocalRun,
} from './run-local.js';

/** A command that runs on an environment, of core or of a plugin. */
export interface EnvironmentCommand<Options extends CommonOptions> extends CommandDescription {
  /**
   * Checks the options, before anything is contacted.
   *
   * @throws Error that says what is wrong with them.
   */
  check?(options: Options, environment: Environment): void;
  /** Loads the work, once the environment is known to be right. */
  load(): Promise<Command<Options>>;
}

/** Runs a command on an environment and reports it, as {@link runLocal} does. */
export function runCommand<Options extends CommonOptions>(
  command: EnvironmentCommand<Options>,
  place: CommandPlace,
  options: Options,
): Promise<number> {
  const begin = async ({ load, started }: LocalRun<Options>): Promise<ExitCode> => {
    const run = await load();
    command.check?.(options, run.environment);
    const work = await command.load();
    started(run.hosts.map((host) => host.name));
    return work(run);
  };
  return runLocal({ ...command, load: () => Promise.resolve(begin) }, place, options);
}
