import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Tells whether a client is in the network of an address of this machine. The gateway answers no other:
 * the machine also takes packets for that address from other networks.
 */
export function neighboursOf(
  address: string,
  interfaces = networkInterfaces(),
): (client: string | undefined) => boolean {
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find((one) => one.address === address);
  const network = new BlockList();
  network.addAddress(address);
  const [, bits] = own?.cidr?.split('/') ?? [];
  if (bits !== undefined) network.addSubnet(address, Number(bits));
  return (client) => {
    const plain = client?.replace(/^::ffff:/, '');
    return plain !== undefined && isIPv4(plain) && network.check(plain);
  };
}
