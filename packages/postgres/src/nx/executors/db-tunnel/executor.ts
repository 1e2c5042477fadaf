import { environmentExecutor } from '@fairness-deploy/core/commands';
import { TUNNEL } from '../../../commands/database-commands.js';

/** Opens a port that leads to the database, until Ctrl-C; with the mode tunnel, a port of the host that leads to the server on this machine. */
export default environmentExecutor(TUNNEL);
