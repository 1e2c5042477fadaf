/** What a firewall keeps out, and somebody may need: said with each plan. */
import { sh } from '@fairness-deploy/shell';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { NeededPort } from '../plugin/needed-port.js';
import type { PluginContext } from '../plugin/plugin.js';
import { FIND_CONNECTION } from '../resource-parts/find-connection.js';
import type { FirewallRule } from '../resource-parts/firewall-rules.js';
import type { Resource } from '../resource/resource.js';
import { firewallRules } from './firewall-schema.js';
import { isWithin } from './networks.js';
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
      notes: (output) => [
        ...closedPorts(neededPorts(context), rules),
        ...keptOut(output.trim(), rules),
      ],
      equals: (other) => other.address === address,
    },
  ];
}

/** The ports that the environment's sections need on the host. */
function neededPorts(context: PluginContext<Server>): readonly NeededPort[] {
  const { environment, host, plugins } = context;
  return plugins.flatMap((plugin) => {
    const section = environment.sections[plugin.section];
    const own: PluginContext<unknown> = { ...context, section };
    const ask = <T>(name: string, call: () => readonly T[] | undefined): readonly T[] =>
      askPlugin(plugin.section, `its function "${name}"`, call) ?? [];
    return [
      ...ask('neededPorts', () => plugin.neededPorts?.(own)),
      ...ask('urls', () => plugin.urls?.(own, { address: host.address })).flatMap((one) =>
        portsOf(typeof one === 'string' ? one : one.url, 'certbot' in environment.sections),
      ),
    ];
  });
}

/** @param certbot whether authorities may ask on port 80 */
function portsOf(url: string, certbot: boolean): readonly NeededPort[] {
  const { port, protocol } = new URL(url);
  const needed = (number: number, what = url): NeededPort => ({ port: number, what });
  if (port !== '') return [needed(Number(port))];
  if (protocol !== 'https:') return [needed(80)];
  return [needed(443), ...(certbot ? [needed(80, `certbot for ${url}`)] : [])];
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [80, 'http'],
  [443, 'https'],
]);

/** A line for each needed port that the rules close. */
export function closedPorts(
  needed: readonly NeededPort[],
  rules: readonly FirewallRule[],
): readonly string[] {
  const closed = new Map<string, string>();
  for (const { port, what, from } of needed) {
    const out = from ?? [undefined];
    for (const source of out.filter((one) => !isOpen(rules, port, one))) {
      const [who, entry] =
        source === undefined
          ? ['everybody', WORDS.get(port) ?? `{ port: ${String(port)} }`]
          : [source, `{ port: ${String(port)}, from: ${source} }`];
      const text = `The firewall does not let ${who} in on port ${String(port)}, which ${what} needs: add ${entry} to server.firewall.allow, unless that is meant`;
      const key = `${String(port)} ${who}`;
      closed.set(key, closed.get(key) ?? text);
    }
  }
  return [...closed.values()];
}

function isOpen(rules: readonly FirewallRule[], port: number, source: string | undefined): boolean {
  return rules.some(
    ({ ports, protocol, from }) =>
      protocol === 'tcp' &&
      (from === undefined || (source !== undefined && isWithin(source, from))) &&
      (typeof ports === 'object' ? port >= ports.from && port <= ports.to : ports === port),
  );
}

/**
 * Says so when the rules keep this client out.
 *
 * @param client its address, as the host sees it; empty: not over SSH
 */
export function keptOut(client: string, rules: readonly FirewallRule[]): readonly string[] {
  const isIn = rules.some(
    ({ ports, from }) => ports === 'ssh' && (from === undefined || isWithin(client, from)),
  );
  if (client === '' || isIn) return [];
  return [
    `The firewall does not let ssh in from ${client}, as which this host sees this client: the host will restore the old rules. Add { port: ssh, from: ${client} } to server.firewall.allow`,
  ];
}
