import type { ExecutorContext } from '@nx/devkit';
import type { CommonOptions } from '../../runner/run.js';
import { runCommand, type CommandPlace, type LocalCommand } from '../../runner/run-command.js';
import { runOnEnvironment, type EnvironmentCommand } from '../../runner/run-on-environment.js';

/** The part of Nx's context that an executor of an environment needs. */
export type Execution = Pick<ExecutorContext, 'root' | 'projectName'>;

/** How an executor ended. Nx knows success and failure only; the command line heeds the code too. */
export interface ExecutorEnd {
  readonly success: boolean;
  /** What the command line ends with; 0 or 1 unless given, as success says. */
  readonly exitCode?: number;
}

/** An executor of Nx, as far as an environment is concerned. */
export type EnvironmentExecutor<Options> = (
  options: Options,
  execution: Execution,
) => Promise<ExecutorEnd>;

/**
 * Makes the executor of a command, for its module to export as `default`. It loads the environment,
 * reports what happens, and says whether all went well. For Nx, a plan that was asked to report
 * changes and found some has failed.
 */
export function environmentExecutor<Options extends CommonOptions>(
  command: EnvironmentCommand<Options>,
): EnvironmentExecutor<Options> {
  return async (options, execution) =>
    ended(await runOnEnvironment(command, placeOf(execution), options));
}

/** Makes the executor of a command that loads its environment only if it needs it. */
export function localExecutor<Options extends CommonOptions>(
  command: LocalCommand<Options>,
): EnvironmentExecutor<Options> {
  return async (options, execution) =>
    ended(await runCommand(command, placeOf(execution), options));
}

function placeOf({ root, projectName = '' }: Execution): CommandPlace {
  return { workspace: root, environment: projectName };
}

function ended(exitCode: number): ExecutorEnd {
  return { success: exitCode === 0, exitCode };
}
