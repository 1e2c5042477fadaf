import { droppedOption, frontOptions, type GivenOptions } from '../front-options.js';
import type { SshRequest } from '../../../commands/ssh.js';

const KNOWN = { host: 'text', command: 'text' } as const;

/** An executor's options, as Nx or `fairness-deploy` passes them. */
export type SshOptions = GivenOptions<typeof KNOWN>;

/**
 * Separates our own options from the command to run: see frontOptions().
 *
 * @param nxLine the command line of Nx, if it runs this
 */
export function sshRequest(given: SshOptions, nxLine?: string): SshRequest {
  const { options, words } = frontOptions(given, KNOWN);
  const { host, command } = options;
  // With --command, nothing was dropped: a `--` is within its text.
  const dropped = command === undefined ? droppedOption(nxLine ?? '', KNOWN) : undefined;
  return {
    ...(host === undefined ? {} : { host }),
    words: command === undefined ? words : [command],
    ...(dropped !== undefined && { dropped }),
  };
}
