/** Which networks an address belongs to (RFC 1918, 4193, 6598, 3927, 4291). */
import { BlockList, isIPv4 } from 'node:net';

const LOOPBACK = networks(['127.0.0.0', 8], ['::1', 128]);
const PRIVATE = networks(
  ...([
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['100.64.0.0', 10],
    ['169.254.0.0', 16],
    ['fc00::', 7],
    ['fe80::', 10],
  ] as const),
);

function networks(...all: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of all) list.addSubnet(address, bits, familyOf(address));
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** Whether only the host itself reaches the address. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, familyOf(address));
}

/** Whether an address is one that the Internet may reach; `0.0.0.0` and `::` stand for all addresses. */
export function isPublic(address: string): boolean {
  return !isLoopback(address) && !PRIVATE.check(address, familyOf(address));
}
