import { findWorkspace } from '@fairness-deploy/environment-file';
import { describeFailure } from '@fairness-deploy/shell/text';
import { commandLine } from './command-line.js';

/** Runs a command line, and sets this process's exit status. */
export async function main(words: readonly string[], packageFolder: string): Promise<void> {
  try {
    process.exitCode = await commandLine(words, {
      workspace: findWorkspace(process.cwd()) ?? process.cwd(),
      core: packageFolder,
      write: (text) => process.stdout.write(text),
    });
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}
