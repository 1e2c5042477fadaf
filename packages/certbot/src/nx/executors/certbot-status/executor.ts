import { environmentExecutor } from '@fairness-deploy/core/commands';
import { statusCommand } from '../../../commands/commands.js';

/** Shows the certificates: names, issuer, end, what nginx serves, and whether they are renewed. */
export default environmentExecutor(statusCommand);
