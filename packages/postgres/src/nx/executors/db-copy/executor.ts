import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { dbCopyCommand } from '../../../commands/db-copy.js';

/** Replaces the database by a copy of that of another environment, anonymised before it leaves it. */
export default environmentExecutor(hostCommand(dbCopyCommand));
