import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { revokeCommand } from '../../../commands/commands.js';

/** Revokes certificates for good, and removes them; the next deployment issues new ones. */
export default environmentExecutor(hostCommand(revokeCommand));
