import { executeCommand, type Execution } from '../execute-command.js';
import type { CommandOptions } from '../../commands/run.js';

/** Ends what runs on the hosts, which then take back what was done. */
export default function cancel(
  options: CommandOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand('cancel', options, execution);
}
