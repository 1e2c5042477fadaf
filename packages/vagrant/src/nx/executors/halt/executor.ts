import { environmentExecutor } from '@fairness-deploy/core/commands';
import { HALT } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(HALT);
