import type { ExecutorContext } from '@nx/devkit';
import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { attempt } from '../../../commands/attempt.js';
import { chooseHost, ssh, sshRequest, type SshOptions } from '../../../commands/ssh.js';

/** Opens a shell on a host of the environment's sandbox, or runs a command there. */
export default function sshExecutor(
  options: SshOptions,
  { root, projectName = '' }: ExecutorContext,
): Promise<ExecutorEnd> {
  return attempt(async () => {
    const request = sshRequest(options);
    return await ssh(await chooseHost(projectName, root, request), request.words);
  });
}
