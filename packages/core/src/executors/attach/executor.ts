import { executeCommand, type Execution } from '../execute-command.js';
import type { CommandOptions } from '../../commands/run.js';

/** Follows what runs on the hosts to its end, or tells how the last job ended. */
export default function attach(
  options: CommandOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand('attach', options, execution);
}
