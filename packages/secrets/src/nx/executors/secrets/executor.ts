import { executeCommand, type Execution } from '../execute-command.js';
import { editSecrets, type EditOptions } from '../../../commands/edit.js';

/** Opens the environment's secrets in $VISUAL or $EDITOR, and encrypts them again. */
export default function secrets(
  options: EditOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, (session) => editSecrets(session, options));
}
