/** The rules of a host's firewall, as nft(8) lists them. */

export type FirewallProtocol = 'tcp' | 'udp';

/** Incoming traffic that gets in. */
export interface FirewallRule {
  readonly protocol: FirewallProtocol;
  /** A port, a range of ports, or the ports of the host's sshd. */
  readonly ports: number | { readonly from: number; readonly to: number } | 'ssh';
  /** An IP address or a network: 10.0.0.0/8. Undefined: from everywhere. */
  readonly from?: string;
}

/** The table in which the rules are; other tables are never touched. */
export const FIREWALL_TABLE = 'inet fairness_deploy';

/** Stands for the ports on which the host's sshd listens. */
export const SSH_PORTS = '@ssh@';

/**
 * What every host needs. ICMP: errors, path MTU (RFC 1191, RFC 8201) and echo. ICMPv6: as RFC 4890, 4.4.1,
 * with neighbour discovery. DHCP: the answers to a client (RFC 2131, 4.1; RFC 8415, 7.2).
 */
const ALWAYS = [
  'iifname "lo" accept',
  'ct state established,related accept',
  'ct state invalid drop',
  'icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, mld-listener-query, mld-listener-report, mld-listener-done, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept',
  'udp sport 67 udp dport 68 accept',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept',
];

/** The table's text, with {@link SSH_PORTS} in it. */
export function firewallTable(rules: readonly FirewallRule[]): string {
  return `table ${FIREWALL_TABLE} {
	chain input {
		type filter hook input priority filter; policy drop;
${[...ALWAYS, ...new Set(rules.map(ruleText))].map((rule) => `\t\t${rule}\n`).join('')}	}
}
`;
}

function ruleText({ protocol, ports, from }: FirewallRule): string {
  const source = from === undefined ? '' : `${from.includes(':') ? 'ip6' : 'ip'} saddr ${from} `;
  const which =
    ports === 'ssh'
      ? SSH_PORTS
      : typeof ports === 'number'
        ? String(ports)
        : `${String(ports.from)}-${String(ports.to)}`;
  return `${source}${protocol} dport ${which} accept`;
}

/** The rules in a listing of the table, one a line, for people. */
export function rulesIn(listing: string): string {
  return listing
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '}' && !/^(?:table|chain \w+ \{)/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}
