import { OPEN } from '../../../commands/open.js';
import { localExecutor } from '../environment-executor.js';

export default localExecutor(OPEN);
