import { executeCommand, type Execution } from '../execute-command.js';
import { showSecrets, type ShowOptions } from '../../../commands/show.js';

/** Lists the environment's secrets; values only with --reveal. */
export default function secretsShow(
  options: ShowOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, (session) => showSecrets(session, options));
}
