import { type CommandLine } from '../lab/ssh.mjs';
import { readEvents } from './events.mjs';
import { type Sample } from './measure.mjs';
import { runProcess, type RunOptions } from './run-process.mjs';

/**
 * Runs a command of ours with `--json` and measures it.
 *
 * @param expected how every host must end; otherwise the figures would be of something else.
 * @throws Error when it failed or ended otherwise.
 */
export async function runCommand(
  program: CommandLine,
  options: RunOptions,
  expected?: string,
): Promise<Sample> {
  const { status, stdout, stderr, ...measured } = await runProcess(program, options);
  const { outcomes, summaries, failures, ...cost } = readEvents(stdout);
  const unexpected = expected !== undefined && outcomes.some((outcome) => outcome !== expected);
  if (status !== 0 || outcomes.length === 0 || unexpected) {
    const told = [...failures, ...summaries].join('; ') || (stderr || stdout).trim().slice(-500);
    throw new Error(`it ended with ${String(status)}${told && `: ${told}`}`);
  }
  return { ...measured, ...cost };
}
