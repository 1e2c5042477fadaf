import { localExecutor } from '@fairness-deploy/core/commands';
import { REHEARSE } from '../../../commands/options.js';

export default localExecutor(REHEARSE);
