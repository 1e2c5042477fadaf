import { shortName } from '../../driver/host-id.js';
import { gatewayName } from '../../gateway/endpoint.js';
import { gatewayFiles } from '../../gateway/gateway-files.js';

/** The files of a new host's disk, by path: its names and its package sources. */
export function hostFiles(name: string, gatewayAddress: string): Readonly<Record<string, string>> {
  return {
    'etc/hostname': `${shortName(name)}\n`,
    'etc/hosts': hostsFile(name, gatewayAddress),
    ...gatewayFiles(gatewayAddress),
  };
}

function hostsFile(name: string, gatewayAddress: string): string {
  const own = name.includes('.') ? `${name} ${shortName(name)}` : name;
  return [
    '127.0.0.1\tlocalhost',
    `127.0.1.1\t${own}`,
    '::1\tlocalhost ip6-localhost ip6-loopback',
    `${gatewayAddress}\t${gatewayName}`,
    '',
  ].join('\n');
}

/** The text of /etc/hosts with the gateway's present address. */
export function withGateway(text: string, gatewayAddress: string): string {
  const line = new RegExp(`^\\S+(\\s+${gatewayName.replaceAll('.', '\\.')})$`, 'm');
  return text.replace(line, `${gatewayAddress}$1`);
}
