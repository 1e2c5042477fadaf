import { z } from 'zod';
import { portSchema } from '../inventory/field-schemas.js';
import { isNetwork } from './networks.js';
import type { FirewallRule } from '../resource-parts/firewall-rules.js';

const NETWORK =
  'expected an IP address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32';
const PORTS = "expected a range of ports, such as '8000-8010'";
const ENTRY =
  'expected ssh, http, https, or { port: 5432, from: 10.0.0.0/8 }; ports: for a range, protocol: udp';

/** The services that have a name. */
const SERVICES = { ssh: 'ssh', http: 80, https: 443 } as const;
const serviceSchema = z.enum(['ssh', 'http', 'https']);

const networkSchema = z.string({ error: NETWORK }).refine(isNetwork, NETWORK);

const entrySchema = z
  .strictObject({
    port: z
      .union([portSchema, serviceSchema], {
        error: 'expected a port, or ssh, http or https',
      })
      .optional()
      .describe('A port, or ssh, http or https. ssh: the ports on which sshd of the host listens.'),
    ports: z
      .string({ error: PORTS })
      .regex(/^\d{1,5}-\d{1,5}$/, PORTS)
      .refine((text) => {
        const [first = 0, last = 0] = text.split('-').map(Number);
        return first >= 1 && last <= 65535 && first < last;
      }, PORTS)
      .optional()
      .describe("Instead of port: a range, such as '8000-8010'."),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('tcp or udp.'),
    from: z
      .union(
        [
          networkSchema.transform((one): readonly string[] => [one]),
          z.array(networkSchema).min(1, NETWORK),
        ],
        {
          error: NETWORK,
        },
      )
      .optional()
      .describe('An IP address or a network, or a list of them. Default: everywhere.'),
  })
  .refine(({ port, ports }) => (port === undefined) !== (ports === undefined), {
    error: 'expected either "port" or "ports"',
  })
  .refine(({ port, protocol }) => typeof port !== 'string' || protocol === 'tcp', {
    error: 'ssh, http and https are tcp: name the port for udp',
  });

/** What gets in. */
export const firewallSchema = z
  .strictObject({
    allow: z
      .array(z.union([serviceSchema, entrySchema], { error: ENTRY }))
      .min(1, 'expected ssh at least')
      .describe('What gets in. ssh must be among it.'),
  })
  .describe(
    'A firewall by nftables for incoming traffic: what is not allowed is dropped. What goes out is free, and so are answers, loopback, ICMP and DHCP.',
  );

export type Firewall = z.infer<typeof firewallSchema>;

/** An entry as rules: one for each network. */
export function rulesOf(entry: Firewall['allow'][number]): readonly FirewallRule[] {
  if (typeof entry === 'string') return [{ protocol: 'tcp', ports: SERVICES[entry] }];
  const { port, ports = '', protocol, from } = entry;
  const [first = 0, last = 0] = ports.split('-').map(Number);
  const which =
    port === undefined
      ? { from: first, to: last }
      : typeof port === 'string'
        ? SERVICES[port]
        : port;
  const rule = { protocol, ports: which };
  return from === undefined ? [rule] : from.map((one) => ({ ...rule, from: one }));
}

/** All rules of the section. */
export function firewallRules({ allow }: Firewall): readonly FirewallRule[] {
  return allow.flatMap(rulesOf);
}
