import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { listCommand } from '../../../commands/list-backups.js';

/** Lists the backups of the database. */
export default environmentExecutor(hostCommand(listCommand));
