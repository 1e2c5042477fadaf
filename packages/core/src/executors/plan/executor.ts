import { executeCommand, type Execution } from '../execute-command.js';
import type { CommandOptions } from '../../commands/run.js';

/** Shows what provision would change, and changes nothing. */
export default function plan(
  options: CommandOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand('plan', options, execution);
}
