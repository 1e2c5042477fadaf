import { gatewayName } from '../gateway/endpoint.js';
import { shortName } from './host-id.js';

/** A host's /etc/hosts (hosts(5)): its own names, and the gateway's if it has one. */
export function hostsFile(name: string, gatewayAddress?: string): string {
  const own = name.includes('.') ? `${name} ${shortName(name)}` : name;
  return [
    '127.0.0.1\tlocalhost',
    `127.0.1.1\t${own}`,
    '::1\tlocalhost ip6-localhost ip6-loopback',
    ...(gatewayAddress === undefined ? [] : [`${gatewayAddress}\t${gatewayName}`]),
    '',
  ].join('\n');
}
