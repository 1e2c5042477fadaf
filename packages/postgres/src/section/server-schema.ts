import { isIP, isIPv4 } from 'node:net';
import { nameSchema, textSchema, z } from '@fairness-deploy/core';

const ADDRESS = 'expected an IP address, such as 10.0.0.5';
const CLIENT = 'expected an IP address or a network, such as 10.0.0.0/24';
const MEMORY = 'expected an amount of memory, such as 2GB or 512MB, or none';
const SETTING = 'expected the name of a setting of postgresql.conf, such as work_mem';
const VALUE = 'expected text, a number, true or false';

const address = z.string({ error: ADDRESS }).refine((text) => isIP(text) !== 0, { error: ADDRESS });

const client = z.string({ error: CLIENT }).refine(isNetwork, { error: CLIENT });

/** What the section says in other ways. */
const DECIDED: Readonly<Record<string, string>> = {
  port: 'postgres: { port }',
  listen_addresses: 'server: { listen }',
  ssl: 'server: { certificate, key }',
  ssl_cert_file: 'server: { certificate, key }',
  ssl_key_file: 'server: { certificate, key }',
};

/** PostgreSQL's manual, 20.1.1: letters, digits and `_`; the settings of an extension have a `.`. */
const settings = z
  .record(
    z.string().regex(/^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/, SETTING),
    z
      .union([z.string(), z.number(), z.boolean()], { error: VALUE })
      .refine((value) => !/\p{Cc}/u.test(String(value)), { error: 'expected one line' }),
    { error: 'expected a map of settings' },
  )
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      const instead = DECIDED[name];
      if (instead === undefined) continue;
      const message = `the section sets ${name} itself`;
      context.addIssue({
        ...{ code: 'custom', path: [name], message },
        params: { hint: `write: ${instead}` },
      });
    }
  });

/** The server, with mode local. */
export const serverSchema = z
  .strictObject({
    runsOn: nameSchema
      .describe('The host that runs the server. Default: the only host of the environment.')
      .exactOptional(),
    listen: z
      .array(address, { error: 'expected a list of IP addresses' })
      .min(1, 'expected at least one IP address')
      .describe(
        "The addresses on which the server listens. Default: as the server is set up; Debian's listens on the loopback address.",
      )
      .exactOptional(),
    clients: z
      .array(client, { error: 'expected a list of IP addresses and networks' })
      .describe(
        'The hosts that may log in from elsewhere: addresses or networks. With a certificate, by TLS only.',
      )
      .prefault([]),
    certificate: textSchema
      .describe(
        "The server's certificate with its chain, in PEM: a file of the project, relative to the environment's folder, or a secret.",
      )
      .exactOptional(),
    key: textSchema
      .describe('The key of this certificate, in PEM: a file of the project, or a secret.')
      .exactOptional(),
    extensions: z
      .array(z.string().regex(/^[a-z0-9_][a-z0-9_-]{0,62}$/, 'expected the name of an extension'), {
        error: 'expected a list of extensions',
      })
      .describe(
        'The extensions of the database. Those that are not of PostgreSQL itself need a Debian package, in the section `server`.',
      )
      .prefault([]),
    memory: z
      .string({ error: MEMORY })
      .regex(/^(?:[1-9]\d*(?:MB|GB)|none)$/, MEMORY)
      .describe(
        'The memory that the server may use, from which its settings follow; none: it keeps the settings that it has. Default: that of the machine; with an application beside it, say less.',
      )
      .exactOptional(),
    settings: settings
      .describe('Further settings of postgresql.conf. They win over those from `memory`.')
      .prefault({}),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: 'a certificate and its key belong together, expected both of certificate and key',
    params: { hint: "such as: certificate: db.pem, and key: '${secrets.db_key}'" },
  })
  .describe('The server on the host, with mode local.');

/** The server, as an environment describes it. */
export type ServerSection = Readonly<z.output<typeof serverSchema>>;

/** An IP address, or a network in the notation of RFC 4632, 3.1. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128);
}
