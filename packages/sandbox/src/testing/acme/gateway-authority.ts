import { readSubnet } from '../../nspawn/network/network.js';
import { gatewayAddress } from '../../nspawn/network/subnet.js';
import { gatewayName } from '../../gateway/endpoint.js';
import type { NspawnHost } from '../../nspawn/host/nspawn-host.js';
import { dnsManagement } from './pebble-management.js';
import { PORTS } from './pebble.js';
import { startAuthority, type TestAuthority } from './authority.js';

/** The directory of an authority on the gateway's address, within hosts: the same on every machine. */
export const GATEWAY_DIRECTORY = `https://${gatewayName}:${String(PORTS.directory)}/dir`;

/** The address of the gateway on this machine; undefined before there was a host. */
export function addressOfGateway(): string | undefined {
  const subnet = readSubnet();
  return subnet && gatewayAddress(subnet);
}

/**
 * Starts an authority on the gateway's address, one on a machine, which environment files can name.
 * A host must be up.
 *
 * @param folder for its files.
 * @throws HintedError when the machine lacks pebble, or another one has the address.
 */
export async function startGatewayAuthority(folder: string): Promise<TestAuthority> {
  const address = addressOfGateway();
  if (address === undefined) throw new TypeError('There is no network before the first host');
  return await startAuthority({ address, name: gatewayName, folder });
}

/** Lets a name lead to a host, in the DNS of the authority on the gateway's address. */
export async function resolveByGateway(name: string, { address }: NspawnHost): Promise<void> {
  const dns = dnsManagement(`http://${addressOfGateway() ?? ''}:${String(PORTS.dnsManagement)}`);
  await dns.resolve(name, address);
}
