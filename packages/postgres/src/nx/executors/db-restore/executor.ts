import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { dbRestoreCommand } from '../../../commands/db-restore.js';

/** Replaces the database by a backup, and keeps the present one beside it. */
export default environmentExecutor(hostCommand(dbRestoreCommand));
