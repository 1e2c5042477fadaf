import { existsSync, readFileSync } from 'node:fs';
import { command, query } from '../../system/command.js';
import { paths } from '../../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { writeFileAtomically } from '../../system/write-file.js';
import { bridge, macAddress, table } from './names.js';
import { chooseSubnet, gatewayAddress, overlaps, type Subnet } from './subnet.js';

/** @returns undefined when no sandbox has ever been up on this machine. */
export function readSubnet(): Subnet | undefined {
  if (!existsSync(paths.network)) return undefined;
  // Written by ensureNetwork() only.
  return (JSON.parse(readFileSync(paths.network, 'utf8')) as { subnet: Subnet }).subnet;
}

const bridgeIsUp = (): boolean => existsSync(`/sys/class/net/${bridge}`);

/**
 * Makes the bridge with the gateway's address, and the rules that nothing outside this machine
 * reaches it or is reached from it. Call it while holding the network's lock.
 * @throws HintedError when every candidate subnet is in use here.
 */
export async function ensureNetwork(): Promise<Subnet> {
  const known = readSubnet();
  if (known !== undefined && bridgeIsUp()) return known;
  const subnet = await freeSubnet(known);
  await writeFileAtomically(paths.network, `${JSON.stringify({ subnet })}\n`);
  await command('nft', ['-f', '-'], { input: firewall(subnet) });
  await command('ip', ['-batch', '-'], {
    input: [
      `link add ${bridge} address ${macAddress('bridge', 1)} type bridge stp_state 0 forward_delay 0`,
      `addr add ${gatewayAddress(subnet)}/24 dev ${bridge}`,
      `link set ${bridge} up`,
      '',
    ].join('\n'),
  });
  return subnet;
}

/** The subnet used before, unless this machine has begun to use it for something else. */
async function freeSubnet(known: Subnet | undefined): Promise<Subnet> {
  const output = await command('ip', ['-4', '-json', 'route', 'show', 'table', 'all']);
  const used = (JSON.parse(output) as { dst: string }[])
    .map(({ dst }) => dst)
    .filter((network) => network !== 'default');
  if (known !== undefined && !used.some((network) => overlaps(known, network))) return known;
  const subnet = chooseSubnet(used);
  if (subnet !== undefined) return subnet;
  throw new HintedError(
    'Cannot make a network for sandboxes: this machine has routes into every subnet tried',
    { hint: 'See them with: ip -4 route show table all' },
  );
}

/** The gateway's address answers only requests over the bridge or from this machine itself. */
export function firewall(subnet: Subnet): string {
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname != { "${bridge}", "lo" } ip daddr ${subnet}.0/24 drop
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    iifname != "${bridge}" oifname "${bridge}" drop
    iifname "${bridge}" oifname != "${bridge}" drop
  }
}
`;
}

/** Removes bridge and rules; does nothing when there are none. The subnet stays the sandboxes'. */
export async function removeNetwork(): Promise<void> {
  if (bridgeIsUp()) await command('ip', ['link', 'delete', bridge]);
  await query('nft', ['delete', 'table', 'inet', table]);
}
