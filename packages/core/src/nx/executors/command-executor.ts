import type { CommandOptions } from '../../commands/run.js';
import { runCommand, type CommandName } from '../../commands/run-command.js';
import { executorEnd, type EnvironmentExecutor } from './environment-executor.js';

/** Makes the executor of a command that all environments have, for its module to export as `default`. */
export function commandExecutor(name: CommandName): EnvironmentExecutor<CommandOptions> {
  return async (options, { root, projectName = '' }) =>
    executorEnd(await runCommand(name, { workspace: root, environment: projectName }, options));
}
