import { environmentExecutor } from '@fairness-deploy/core/commands';
import { DEPLOY } from '../../release-commands.js';

export default environmentExecutor(DEPLOY);
