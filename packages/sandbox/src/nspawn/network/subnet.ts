/** The first three numbers of a /24 network of IPv4, such as `10.213.84`. */
export type Subnet = string;

/** Tried in this order: the first that this machine doesn't use becomes the sandboxes'. */
export const candidateSubnets: readonly Subnet[] = [
  '10.213.84',
  '10.187.53',
  '172.29.147',
  '192.168.213',
  '10.94.201',
];

/** Hosts get these as the last number of their address. */
export const firstNumber = 10;
export const lastNumber = 250;

/** Programs of this machine get these, such as the authority of a test. */
export const reservedNumbers: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9];

export const gatewayAddress = (subnet: Subnet): string => `${subnet}.1`;
export const hostAddress = (subnet: Subnet, number: number): string =>
  `${subnet}.${String(number)}`;

/** The number in an address of the subnet, or undefined when hosts can't have that address. */
export function numberOf(subnet: Subnet, address: string): number | undefined {
  const last = address.startsWith(`${subnet}.`) ? address.slice(subnet.length + 1) : '';
  const number = /^[1-9]\d{0,2}$/.test(last) ? Number(last) : 0;
  return number >= firstNumber && number <= lastNumber ? number : undefined;
}

/** Whether a network in CIDR notation, or a single address, has an address of the subnet. */
export function overlaps(subnet: Subnet, network: string): boolean {
  const [address = '', length = '32'] = network.split('/');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return false;
  const bits = Math.min(24, Number(length));
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return (toNumber(address) & mask) >>> 0 === (toNumber(`${subnet}.0`) & mask) >>> 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The first candidate that overlaps with none of the networks in use. */
export function chooseSubnet(used: readonly string[]): Subnet | undefined {
  return candidateSubnets.find((subnet) => !used.some((network) => overlaps(subnet, network)));
}
