import { describe, expect, it } from 'vitest';
import { firewallTable, rulesIn, type FirewallRule } from './firewall-rules.js';

const allowed = (...rules: readonly FirewallRule[]): readonly string[] =>
  rulesIn(firewallTable(rules)).trimEnd().split('\n').slice(8);

describe('firewallTable()', () => {
  it('drops what nothing lets in, and lets answers, errors, neighbours and DHCP in', () => {
    expect(firewallTable([])).toMatchInlineSnapshot(`
      "table inet fairness_deploy {
      	chain input {
      		type filter hook input priority filter; policy drop;
      		iifname "lo" accept
      		ct state established,related accept
      		ct state invalid drop
      		icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept
      		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, mld-listener-query, mld-listener-report, mld-listener-done, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept
      		udp sport 67 udp dport 68 accept
      		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
      	}
      }
      "
    `);
  });

  it('has a line for each rule, each once', () => {
    expect(
      allowed(
        { protocol: 'tcp', ports: 'ssh' },
        { protocol: 'tcp', ports: 80 },
        { protocol: 'tcp', ports: 80 },
        { protocol: 'udp', ports: { from: 8000, to: 8010 }, from: '10.0.0.0/8' },
        { protocol: 'tcp', ports: 'ssh', from: '2001:db8::/32' },
      ),
    ).toEqual([
      'tcp dport @ssh@ accept',
      'tcp dport 80 accept',
      'ip saddr 10.0.0.0/8 udp dport 8000-8010 accept',
      'ip6 saddr 2001:db8::/32 tcp dport @ssh@ accept',
    ]);
  });
});
