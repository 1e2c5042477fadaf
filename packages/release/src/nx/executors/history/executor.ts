import { environmentExecutor } from '@fairness-deploy/core/commands';
import { HISTORY } from '../../release-commands.js';

export default environmentExecutor(HISTORY);
