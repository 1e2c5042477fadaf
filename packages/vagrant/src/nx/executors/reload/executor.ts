import { environmentExecutor } from '@fairness-deploy/core/commands';
import { RELOAD } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(RELOAD);
