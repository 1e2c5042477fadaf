import { environmentExecutor } from '@fairness-deploy/core/commands';
import { UP } from '../../../commands/sandbox-commands.js';

export default environmentExecutor(UP);
