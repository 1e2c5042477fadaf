import { environmentExecutor } from '@fairness-deploy/core/commands';
import { dbCheckCommand } from '../../../commands/db-check.js';

/** Checks the database from the application's hosts, layer by layer. */
export default environmentExecutor(dbCheckCommand);
