import { localExecutor, type EnvironmentExecutor } from '@fairness-deploy/core/commands';
import { SSH } from '../../../commands/sandbox-commands.js';
import { sshRequest, type SshOptions } from '../../../commands/ssh.js';

const run = localExecutor(SSH);

/** Nx takes options within the command for its own: what isn't ours goes no further. */
const executor: EnvironmentExecutor<SshOptions> = (options, execution) =>
  run({ request: sshRequest(options) }, execution);

export default executor;
