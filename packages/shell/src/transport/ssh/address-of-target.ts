import type { Target } from '../transport.js';
import { route } from './route.js';
import { thisClient, type SshSettings } from './this-client.js';

/**
 * The name or address of a target as ~/.ssh/config completes it, without connecting.
 *
 * @throws ConnectError when a name, a port or an option can't be used.
 */
export function addressOfTarget(target: Target, settings: SshSettings = {}): string {
  return route(target, thisClient(settings)).at(-1)?.host ?? target.address;
}
