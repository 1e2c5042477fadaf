import { HintedError } from '@fairness-deploy/shell/text';
import type { Host } from '../inventory/environment.js';
import type { Run } from './run.js';

/** A command that works on one host. */
export interface OneHost {
  /** What it does, up to the host, such as `open ssh to`. */
  readonly act: string;
  /** The name that the user gives. */
  readonly named: string | undefined;
  /** The host to take when none is named, where one is better than the others, or all are alike. */
  readonly preferred?: Host | undefined;
  /** The command line with an option more, for the hint. */
  readonly withOption: (option: string) => string;
}

/**
 * The host that a command works on: the named one, else the preferred one, else the only one.
 *
 * @throws HintedError when no host has the name, or there are several and none is named or preferred.
 */
export function chooseHost(
  { environment, hosts }: Pick<Run, 'hosts'> & { readonly environment: { readonly name: string } },
  { act, named, preferred, withOption }: OneHost,
): Host {
  const names = hosts.map(({ name }) => name);
  const usual = hosts.find(({ name }) => name === preferred?.name);
  const only = hosts.length === 1 ? hosts[0] : undefined;
  const found = named === undefined ? (usual ?? only) : hosts.find(({ name }) => name === named);
  if (found) return found;
  const what = named === undefined ? 'a host' : `host "${named}"`;
  throw new HintedError(
    `Cannot ${act} ${what} of "${environment.name}": there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`,
    { hint: withOption(`--host=${names[0] ?? ''}`) },
  );
}
