import { environmentExecutor } from '@fairness-deploy/core/commands';
import { RESTART } from '../../release-commands.js';

export default environmentExecutor(RESTART);
