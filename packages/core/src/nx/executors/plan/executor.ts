import { PLAN_COMMAND } from '../../../commands/plan.js';
import { localExecutor } from '../environment-executor.js';

export default localExecutor(PLAN_COMMAND);
