import { environmentExecutor } from '@fairness-deploy/core/commands';
import { DESTROY } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(DESTROY);
