import type { ExecutorContext } from '@nx/devkit';
import type { ExitCode } from '../../commands/run.js';

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

/** For Nx, a plan that was asked to tell of changes and found some has failed. */
export function executorEnd(exitCode: ExitCode): ExecutorEnd {
  return { success: exitCode === 0, exitCode };
}
