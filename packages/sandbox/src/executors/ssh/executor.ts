import type { ExecutorContext } from '@nx/devkit';
import { attempt, type Outcome } from '../../commands/attempt.js';
import { chooseHost, remoteWords, ssh } from '../../commands/ssh.js';

export interface SshOptions {
  readonly host?: string;
  readonly command?: string;
  /** Everything after the target's name. */
  readonly __unparsed__?: readonly string[];
}

/** Opens a shell on a host of the environment's sandbox, or runs a command there. */
export default function sshExecutor(
  { host, command, __unparsed__: unparsed = [] }: SshOptions,
  { root, projectName = '' }: ExecutorContext,
): Promise<Outcome> {
  return attempt(async () => {
    const words = command === undefined ? remoteWords(unparsed) : [command];
    return (await ssh(chooseHost(projectName, root, host), words)) === 0;
  });
}
