import { commandExecutor } from '../command-executor.js';

export default commandExecutor('report');
