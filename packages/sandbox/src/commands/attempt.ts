import { SandboxError } from '../sandbox-error.js';

/** What Nx wants to know of an executor. */
export interface Outcome {
  readonly success: boolean;
}

/** Runs what an executor does and tells its failure in words; anything unexpected with its stack. */
export async function attempt(action: () => Promise<boolean>): Promise<Outcome> {
  try {
    return { success: await action() };
  } catch (error) {
    const expected =
      error instanceof SandboxError ||
      (error instanceof Error && ['EnvironmentError', 'PluginError'].includes(error.name));
    const text = expected ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text ?? ''}\n`);
    return { success: false };
  }
}
