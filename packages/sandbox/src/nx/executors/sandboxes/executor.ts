import { localExecutor } from '@fairness-deploy/core/commands';
import { SANDBOXES } from '../../../commands/sandbox-commands.js';

export default localExecutor(SANDBOXES);
