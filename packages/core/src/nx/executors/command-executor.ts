import { OWN_COMMANDS } from '../../commands/own-commands.js';
import type { CommandOptions } from '../../runner/run.js';
import { environmentExecutor, type EnvironmentExecutor } from './environment-executor.js';

/** Makes the executor of a command that all environments have. */
export function commandExecutor(
  name: keyof typeof OWN_COMMANDS,
): EnvironmentExecutor<CommandOptions> {
  return environmentExecutor({ name, ...OWN_COMMANDS[name] });
}
