import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { dbBackupsCommand } from '../../../commands/db-backups.js';

/** Lists the backups of the database. */
export default environmentExecutor(hostCommand(dbBackupsCommand));
