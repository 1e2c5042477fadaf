import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { issueCommand } from '../../../commands/commands.js';

/** Issues certificates that are missing, or not as wanted. */
export default environmentExecutor(hostCommand(issueCommand));
