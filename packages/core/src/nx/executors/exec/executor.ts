import { EXEC } from '../../../commands/exec.js';
import { localExecutor, type EnvironmentExecutor } from '../environment-executor.js';
import { nxCommandLine } from '../front-options.js';
import { execRequest, type GivenExec } from './exec-request.js';

const run = localExecutor(EXEC);

/** Nx takes options within the command for its own: only our options are used. */
const executor: EnvironmentExecutor<GivenExec> = (options, execution) =>
  run(execRequest(options, nxCommandLine(process.env)), execution);

export default executor;
