import { environmentExecutor } from '@fairness-deploy/core/commands';
import { ROLLBACK } from '../../release-commands.js';

export default environmentExecutor(ROLLBACK);
