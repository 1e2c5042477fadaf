import { environmentExecutor } from '@fairness-deploy/core/commands';
import { VM_STATUS } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(VM_STATUS);
