import { localExecutor, type EnvironmentExecutor } from '@fairness-deploy/core/commands';
import { SSH } from '../../../commands/sandbox-commands.js';
import { sshRequest, type SshOptions } from '../../../commands/ssh.js';

const run = localExecutor(SSH);

/** Nx takes options within the command for its own: only our options are used. */
const executor: EnvironmentExecutor<SshOptions> = (options, execution) =>
  run({ request: sshRequest(options) }, execution);

export default executor;
