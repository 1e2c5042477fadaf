import type { ExecRequest } from '../../../commands/exec.js';
import { droppedOption, frontOptions, type GivenOptions } from '../front-options.js';

const KNOWN = {
  host: 'text',
  limit: 'list',
  role: 'list',
  forks: 'number',
  stdin: 'flag',
  json: 'flag',
} as const;

/** An executor's options, as Nx or `fairness-deploy` passes them. */
export type GivenExec = GivenOptions<typeof KNOWN>;

/**
 * Separates our own options from the command to run: see frontOptions().
 *
 * @param nxLine the command line of Nx, if it runs this
 */
export function execRequest(
  given: GivenExec,
  nxLine?: string,
): {
  readonly request: ExecRequest;
  readonly limit: readonly string[];
  readonly json: boolean;
} {
  const { options, words } = frontOptions(given, KNOWN);
  const { host, limit = [], role: roles = [], forks, stdin = false, json = false } = options;
  const dropped = droppedOption(nxLine ?? '', KNOWN);
  return {
    request: {
      ...{ words, roles, stdin },
      ...(forks !== undefined && { forks }),
      ...(dropped !== undefined && { dropped }),
    },
    limit: [...(host === undefined ? [] : [host]), ...limit],
    json,
  };
}
