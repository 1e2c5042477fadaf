import { executeCommand, type Execution } from '../execute-command.js';
import type { CommandOptions } from '../../commands/run.js';

/** Shows who deployed what and when, and how it ended. */
export default function history(
  options: CommandOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand('history', options, execution);
}
