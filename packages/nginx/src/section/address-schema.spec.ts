import fc from 'fast-check';
import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { networkSchema } from './address-schema.js';

const issueOf = (text: string): unknown => networkSchema.safeParse(text).error?.issues[0];

describe('networkSchema', () => {
  it.each([
    ...['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '10.0.0.0/8', '203.0.113.7/32'],
    ...['2001:db8::1', '2001:db8::/32', '::/0', '::1/128', 'fe80::/10', '1:2:3:4:5:6:7:8'],
  ])('takes %s', (text) => {
    expect(networkSchema.parse(text)).toBe(text);
  });

  it.each([
    ['203.0.113.9/24', 'the network is 203.0.113.0/24; one address is 203.0.113.9'],
    ['2001:db8::1/32', 'the network is 2001:db8::/32; one address is 2001:db8::1'],
    ['10.0.0.0/33', 'the number after the / is between 0 and 32'],
    ['::/129', 'the number after the / is between 0 and 128'],
    ['10.0.0.0/08', 'the number after the / is between 0 and 32'],
    ['10.0.0.0/', 'the number after the / is between 0 and 32'],
    ['::ffff:10.0.0.1', 'write it as an IPv4 address'],
  ])('refuses %s with a hint', (text, hint) => {
    expect(issueOf(text)).toMatchObject({ params: { hint } });
  });

  it.each([
    '',
    'all',
    'unix:',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '1.2.3.4;',
    'a b',
  ])('refuses %j', (text) => {
    expect(issueOf(text)).toMatchObject({
      message: 'expected an address or a network, such as 203.0.113.7 or 2001:db8::/32',
    });
  });

  it('finds the network as Node.js does', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((text) => !text.includes('.')),
    );
    fc.assert(
      fc.property(address, fc.nat(128), (one, bits) => {
        const family = isIPv6(one) ? 'ipv6' : 'ipv4';
        const prefix = family === 'ipv6' ? bits : bits % 33;
        const issue = issueOf(`${one}/${String(prefix)}`) as
          { params: { hint: string } } | undefined;
        const [, network = one] = /network is ([^/]+)/.exec(issue?.params.hint ?? '') ?? [];
        expect(issueOf(`${network}/${String(prefix)}`)).toBeUndefined();
        const list = new BlockList();
        list.addSubnet(network, prefix, family);
        expect(list.check(one, family)).toBe(true);
      }),
    );
  });
});
