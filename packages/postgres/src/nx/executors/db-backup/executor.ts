import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { dbBackupCommand } from '../../../commands/db-backup.js';

/** Makes a backup of the database at once. */
export default environmentExecutor(hostCommand(dbBackupCommand));
