import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { renewCommand } from '../../../commands/commands.js';

/** Renews the certificates that are due, and checks that nginx serves them. */
export default environmentExecutor(hostCommand(renewCommand));
