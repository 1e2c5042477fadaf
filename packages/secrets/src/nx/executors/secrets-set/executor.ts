import { executeCommand, type Execution } from '../execute-command.js';
import { setSecret, type SetOptions } from '../../../commands/set.js';

/** Writes one secret; its value comes from standard input or is asked for. */
export default function secretsSet(
  options: SetOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, (session) => setSecret(session, options));
}
