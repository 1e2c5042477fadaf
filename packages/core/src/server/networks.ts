import { BlockList, isIP } from 'node:net';

/** Whether an address or a network is within another one; a name, or what is no address, is not. */
export function isWithin(one: string, network: string): boolean {
  const [inner, outer] = [partsOf(one), partsOf(network)];
  if (!inner || inner.type !== outer?.type || inner.prefix < outer.prefix) return false;
  const list = new BlockList();
  list.addSubnet(outer.address, outer.prefix, outer.type);
  return list.check(inner.address, inner.type);
}

/** Whether it is an IP address, or a network of some of them. */
export function isNetwork(text: string): boolean {
  return /^[^/%]+(?:\/\d{1,3})?$/.test(text) && partsOf(text) !== undefined;
}

function partsOf(network: string) {
  const [address = '', prefix] = network.replace(/%.*$/, '').split('/');
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 4 ? 32 : 128;
  const length = Number(prefix ?? most);
  if (!(length >= 0 && length <= most)) return undefined;
  return { address, prefix: length, type: version === 4 ? ('ipv4' as const) : ('ipv6' as const) };
}
