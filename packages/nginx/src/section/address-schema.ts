import { isIPv4, isIPv6 } from 'node:net';
import { z } from '@fairness-deploy/core';

const EXPECTED = 'expected an address or a network, such as 203.0.113.7 or 2001:db8::/32';

/** An IP address, or a network in CIDR notation (RFC 4632, RFC 4291) without bits after its prefix. */
export const networkSchema = z.string({ error: EXPECTED }).check((context) => {
  const hint = whyNot(context.value);
  if (hint === undefined) return;
  context.issues.push({
    ...{ code: 'custom', message: EXPECTED, input: context.value },
    ...(hint !== '' && { params: { hint } }),
  });
});

/** @returns a hint, which may be empty; undefined for a network */
function whyNot(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  // With the name of an interface it is no address of a visitor.
  const isSix = isIPv6(address) && !address.includes('%');
  if (rest.length > 0 || !(isIPv4(address) || isSix)) return '';
  if (isSix && /[.]/.test(address)) return 'write it as an IPv4 address';
  if (prefix === undefined) return undefined;
  const size = isSix ? 128 : 32;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > size) {
    return `the number after the / is between 0 and ${String(size)}`;
  }
  const bits = bitsOf(address);
  const network = (bits >> BigInt(size - Number(prefix))) << BigInt(size - Number(prefix));
  if (bits === network) return undefined;
  return `the network is ${textOf(network, isSix)}/${prefix}; one address is ${address}`;
}

function bitsOf(address: string): bigint {
  if (isIPv4(address)) {
    return address.split('.').reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
  }
  const [head = '', tail] = address.split('::');
  const groups = (text = ''): readonly string[] => (text === '' ? [] : text.split(':'));
  const zeros = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...(tail === undefined ? [] : Array.from({ length: zeros }, () => '0')),
    ...groups(tail),
  ];
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function textOf(bits: bigint, isSix: boolean): string {
  const [count, step, radix] = isSix ? [8, 16n, 16] : [4, 8n, 10];
  const parts = Array.from({ length: count }, (_, at) =>
    ((bits >> (BigInt(count - 1 - at) * step)) & ((1n << step) - 1n)).toString(radix),
  );
  // The shortest form (RFC 5952), as URLs have it.
  return isSix ? new URL(`http://[${parts.join(':')}]`).hostname.slice(1, -1) : parts.join('.');
}
