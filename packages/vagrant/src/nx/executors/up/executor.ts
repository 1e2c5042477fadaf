import { environmentExecutor } from '@fairness-deploy/core/commands';
import { UP } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(UP);
