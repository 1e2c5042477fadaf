import { SSH } from '../../../commands/ssh.js';
import { localExecutor, type EnvironmentExecutor } from '../environment-executor.js';
import { nxCommandLine } from '../front-options.js';
import { sshRequest, type SshOptions } from './ssh-request.js';

const run = localExecutor(SSH);

/** Nx takes options within the command for its own: only our options are used. */
const executor: EnvironmentExecutor<SshOptions> = (options, execution) =>
  run({ request: sshRequest(options, nxCommandLine(process.env)) }, execution);

export default executor;
