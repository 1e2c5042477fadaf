import { executeCommand, type Execution } from '../execute-command.js';
import { checkSecrets } from '../../commands/check.js';

/** Says whether all declared secrets are there, and no others. */
export default function secretsCheck(
  _options: Record<string, never>,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, checkSecrets);
}
