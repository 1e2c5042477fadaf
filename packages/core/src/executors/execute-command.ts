import type { ExecutorContext } from '@nx/devkit';
import { runCommand, type CommandName } from '../commands/run-command.js';
import type { CommandOptions } from '../commands/run.js';

/** The part of Nx's context that an executor of an environment needs. */
export type Execution = Pick<ExecutorContext, 'root' | 'projectName'>;

/**
 * Runs a command on the environment that the project is. Nx knows success and failure
 * only, so a plan that was asked to tell of changes fails.
 */
export async function executeCommand(
  name: CommandName,
  options: CommandOptions,
  { root, projectName = '' }: Execution,
): Promise<{ success: boolean }> {
  const code = await runCommand(name, { workspace: root, environment: projectName }, options);
  return { success: code === 0 };
}
