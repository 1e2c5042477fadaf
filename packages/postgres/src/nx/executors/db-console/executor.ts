import { localExecutor } from '@fairness-deploy/core/commands';
import { CONSOLE } from '../../../commands/database-commands.js';

/** Opens psql on this terminal, with the connection of the application. */
export default localExecutor(CONSOLE);
