import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { SandboxError } from '../sandbox-error.js';

/**
 * Runs what an executor does, which resolves to an exit status, and tells its failure in words;
 * anything unexpected with its stack.
 */
export async function attempt(action: () => Promise<number>): Promise<ExecutorEnd> {
  try {
    const exitCode = await action();
    return { success: exitCode === 0, exitCode };
  } catch (error) {
    const expected =
      error instanceof SandboxError ||
      (error instanceof Error && ['EnvironmentError', 'PluginError'].includes(error.name));
    const text = expected ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text ?? ''}\n`);
    return { success: false, exitCode: 1 };
  }
}
