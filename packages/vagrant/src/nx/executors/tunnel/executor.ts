import { environmentExecutor } from '@fairness-deploy/core/commands';
import { TUNNEL } from '../../../commands/vagrant-commands.js';

export default environmentExecutor(TUNNEL);
