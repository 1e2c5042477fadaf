import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { describeFailure, HintedError } from '@fairness-deploy/shell/text';

/**
 * Runs what an executor does, which resolves to an exit status, and tells its failure in words;
 * anything unexpected with its stack.
 */
export async function attempt(action: () => Promise<number>): Promise<ExecutorEnd> {
  try {
    const exitCode = await action();
    return { success: exitCode === 0, exitCode };
  } catch (error) {
    const isMistake = error instanceof Error && !(error instanceof HintedError);
    process.stderr.write(`${(isMistake ? error.stack : undefined) ?? describeFailure(error)}\n`);
    return { success: false, exitCode: 1 };
  }
}
