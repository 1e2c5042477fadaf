/** The bridge of all sandboxes of this machine. Interface names have 15 characters at most. */
export const bridge = 'fdsb';

/** The table of nftables that isolates the sandboxes. */
export const table = 'fairness_deploy_sandbox';

/** Network namespace and outer interface of the host with that number. */
export const namespaceName = (number: number): string => `fdsb-${String(number)}`;

/**
 * Fixed addresses: with a new one, neighbours wouldn't hear a host until their ARP entries have
 * expired. `02` marks them as locally administered.
 */
export function macAddress(side: 'host' | 'machine' | 'bridge', number: number): string {
  const kind = { host: '01', machine: '02', bridge: 'ff' }[side];
  return `02:fd:5b:00:${kind}:${number.toString(16).padStart(2, '0')}`;
}
