import {
  checkHost,
  endpointOf,
  invalid,
  type Client,
  type Endpoint,
  type Wanted,
} from './endpoint.js';
import type { SshOptions } from './ssh-config.js';

/** Jump hosts may have jump hosts of their own; more than this is a circle. */
const MAX_HOPS = 8;

/**
 * Finds the way to a target: its jump hosts in order, and last itself. The target's own
 * values win over those of the user's ssh_config.
 *
 * @throws ConnectError when a name, port or option can't be used.
 */
export function route(wanted: Wanted, client: Client, hops = 0): readonly Endpoint[] {
  const alias = wanted.address.replace(/^\[(.*)\]$/, '$1');
  checkHost(alias, wanted.name);
  const options = client.options(alias, wanted.user);
  const endpoint = endpointOf(wanted, alias, options, client);
  if (hops > MAX_HOPS) {
    throw invalid(wanted.name, `there are more than ${String(MAX_HOPS)} jump hosts on the way`);
  }
  return [...jumps(wanted.name, options, client, hops), endpoint];
}

function jumps(
  name: string,
  options: SshOptions,
  client: Client,
  hops: number,
): readonly Endpoint[] {
  const command = options.get('proxycommand')?.[0];
  const jump = options.get('proxyjump')?.[0];
  if (jump === undefined && command !== undefined && command.toLowerCase() !== 'none') {
    throw invalid(name, 'ssh_config has a ProxyCommand, which is not run here', 'use ProxyJump');
  }
  if (jump === undefined || jump.toLowerCase() === 'none') return [];
  const [first, ...others] = jump.split(',').map((text) => parseJump(text.trim(), name));
  if (!first) return [];
  // Only the first hop is reached by its own jump hosts: the list says how to reach the others.
  return [
    ...route(first, client, hops + 1),
    ...others.map((hop) => {
      const own = client.options(hop.address, hop.user);
      return endpointOf(hop, hop.address, own, client);
    }),
  ];
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`; an IPv6 address with a port is in brackets. */
function parseJump(text: string, name: string): Wanted {
  const match =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:[\]]+)|([0-9a-fA-F:.]+))(?::(\d+))?\/?$/.exec(
      text,
    );
  const address = match?.[2] ?? match?.[3] ?? match?.[4];
  if (!match || address === undefined) {
    throw invalid(name, `${JSON.stringify(text)} is no jump host, expected [user@]host[:port]`);
  }
  checkHost(address, name);
  const [, user, , , , port] = match;
  return {
    name: `jump host ${address}`,
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
