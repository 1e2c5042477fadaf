import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { backupCommand } from '../../../commands/back-up.js';

/** Makes a backup of the database at once. */
export default environmentExecutor(hostCommand(backupCommand));
