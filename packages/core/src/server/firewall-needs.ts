/** What a firewall keeps out, and somebody may need: said with each plan. */
import { BlockList, isIP } from 'node:net';
import { sh } from '@fairness-deploy/shell';
import type { PluginContext } from '../plugin/plugin.js';
import { environmentOn } from '../inventory/environment-on.js';
import { isOn } from '../inventory/roles.js';
import { FIND_CONNECTION } from '../resource-parts/find-connection.js';
import type { FirewallRule } from '../resource-parts/firewall-rules.js';
import type { Resource } from '../resource/resource.js';
import { firewallRules } from './firewall-schema.js';
import type { Server } from './server-schema.js';

/** A resource that changes nothing, and says with each plan what the section's firewall keeps out. */
export function firewallNotes(context: PluginContext<Server>): readonly Resource[] {
  const { firewall } = context.section;
  if (!firewall) return [];
  const rules = firewallRules(firewall);
  const address = 'firewall-needs:host';
  return [
    {
      ...{ address, after: [], follows: [] },
      read: sh`
        fd_ssh=
        ${FIND_CONNECTION}
        printf '%s\n' "\${fd_ssh%% *}"`,
      plan: () => undefined,
      notes: (output) => [...closedSites(context, rules), ...keptOut(rules, output.trim())],
      equals: (other) => other.address === address,
    },
  ];
}

/** @param client its address, as the host sees it; empty: not over SSH */
function keptOut(rules: readonly FirewallRule[], client: string): readonly string[] {
  if (isIP(client.replace(/%.*$/, '')) === 0 || letsSshIn(rules, client)) return [];
  return [
    `The firewall does not let ssh in from ${client}, as which this host sees this client: the host will restore the old rules. Add { port: ssh, from: ${client} } to server.firewall.allow`,
  ];
}

/** The sites on this host whose ports not everybody reaches. */
function closedSites(
  { environment, host, plugins, secret }: PluginContext<unknown>,
  rules: readonly FirewallRule[],
): readonly string[] {
  const own = environmentOn(environment, host);
  const address = host.address;
  const urls = plugins
    .filter(({ section }) => isOn(environment.on?.[section], host))
    .flatMap((plugin) => {
      const context = {
        environment: own,
        host,
        plugins,
        secret,
        section: own.sections[plugin.section],
      };
      const found = plugin.urls?.(context, { address }) ?? [];
      return found.map((one) => (typeof one === 'string' ? one : one.url));
    });
  const closed = new Map<number, string>();
  for (const url of urls) {
    for (const port of portsOf(url)) {
      if (!isOpen(rules, port) && !closed.has(port)) closed.set(port, url);
    }
  }
  return [...closed].map(
    ([port, url]) =>
      `The firewall does not let everybody in on port ${String(port)}, which ${url} needs: add ${WORDS.get(port) ?? String(port)} to server.firewall.allow, unless that is meant`,
  );
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [80, 'http'],
  [443, 'https'],
]);

/** Behind https, port 80 redirects people, and answers certificate authorities. */
function portsOf(url: string): readonly number[] {
  const { port, protocol } = new URL(url);
  if (port !== '') return [Number(port)];
  return protocol === 'https:' ? [443, 80] : [80];
}

function isOpen(rules: readonly FirewallRule[], port: number): boolean {
  return rules.some(
    ({ ports, protocol, from }) =>
      protocol === 'tcp' &&
      from === undefined &&
      (typeof ports === 'object' ? port >= ports.from && port <= ports.to : ports === port),
  );
}

/** Whether rules let an address in to sshd. */
function letsSshIn(rules: readonly FirewallRule[], address: string): boolean {
  return rules.some(
    ({ ports, from }) => ports === 'ssh' && (from === undefined || isIn(address, from)),
  );
}

function isIn(address: string, network: string): boolean {
  const [base = '', prefix] = network.split('/');
  const version = isIP(base);
  const plain = address.replace(/%.*$/, '');
  if (isIP(plain) !== version) return false;
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, Number(prefix ?? (version === 4 ? 32 : 128)), type);
  return list.check(plain, type);
}
