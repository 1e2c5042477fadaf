import { shortName } from '../../driver/host-id.js';
import { hostsFile } from '../../driver/hosts-file.js';
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

/** The text of /etc/hosts with the gateway's present address. */
export function withGateway(text: string, gatewayAddress: string): string {
  const line = new RegExp(`^\\S+(\\s+${gatewayName.replaceAll('.', '\\.')})$`, 'm');
  return text.replace(line, `${gatewayAddress}$1`);
}
