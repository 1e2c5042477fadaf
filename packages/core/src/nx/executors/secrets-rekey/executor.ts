import { SECRETS_COMMANDS } from '../../../commands/secrets-commands.js';
import { localExecutor } from '../environment-executor.js';

export default localExecutor(SECRETS_COMMANDS['secrets-rekey']);
