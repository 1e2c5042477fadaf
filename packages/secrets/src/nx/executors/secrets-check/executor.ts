import { executeCommand, type Execution } from '../execute-command.js';
import { checkSecrets, type CheckOptions } from '../../../commands/check.js';

/** Says whether all declared secrets are there, and no others. */
export default function secretsCheck(
  options: CheckOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, (session) => checkSecrets(session, options));
}
