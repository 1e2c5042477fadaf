import { executeCommand, type Execution } from '../execute-command.js';
import { rekeySecrets, type RekeyOptions } from '../../../commands/rekey.js';

/** Encrypts the environment's secrets anew, with a new password or for other recipients. */
export default function secretsRekey(
  options: RekeyOptions,
  execution: Execution,
): Promise<{ success: boolean }> {
  return executeCommand(execution, (session) => rekeySecrets(session, options));
}
