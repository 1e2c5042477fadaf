import { executeCommand, type Execution } from '../execute-command.js';
import type { CommandOptions } from '../../commands/run.js';

/** Puts the release before back on line, or another that was good. */
export default function rollback(
  options: CommandOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand('rollback', options, execution);
}
