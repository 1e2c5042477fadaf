import { localExecutor } from '@fairness-deploy/core/commands';
import { DOWN } from '../../../commands/sandbox-commands.js';

export default localExecutor(DOWN);
