import { z } from 'zod';
import { addressSchema } from './address.js';
import { nameSchema, portSchema, secondsSchema, userSchema } from './field-schemas.js';
import { textSchema } from './text-schema.js';

const settings = z.strictObject({
  address: addressSchema
    .describe(
      'A host name, an IP address or an alias of ~/.ssh/config. Default: the name of the host.',
    )
    .exactOptional(),
  port: portSchema
    .describe('The port of sshd. Default: as ~/.ssh/config says, else 22.')
    .exactOptional(),
  user: userSchema
    .describe('The account that logs in. Default: as ~/.ssh/config says, else your own user name.')
    .exactOptional(),
  identityFile: z
    .string()
    .min(1, 'expected the path of a private key')
    .describe(
      "The private key: a path relative to the environment's folder, or ~/…. Default: the agent's keys and those that ssh would use.",
    )
    .exactOptional(),
  roles: z
    .array(nameSchema, { error: 'expected a list of roles' })
    .describe(
      'The roles of the host. Sections and processes with on: <role> are only on such hosts.',
    )
    .exactOptional(),
  sudo: z.boolean().default(true).describe('Become root with sudo. The account root needs none.'),
  sudoPassword: textSchema
    .describe('The password that sudo asks for, such as ${secrets.sudo}.')
    .exactOptional(),
  shellTimeout: secondsSchema
    .describe('Seconds that a shell may take to open, with its start files and sudo. Default: 60.')
    .exactOptional(),
});

/** A machine of an environment. */
export interface Host extends Readonly<z.output<typeof settings>> {
  readonly name: string;
  /** A host name, an IP address or an alias of ~/.ssh/config. */
  readonly address: string;
  /** Absolute path of the private key on the client. */
  readonly identityFile?: string;
}

const asText = addressSchema.transform((address) => settings.parse({ address }));
const asNothing = z.null().transform(() => settings.parse({}));

/** The hosts of an environment by name; one may be just its address, or nothing when its name is its address. */
export const hostsSchema = z
  .record(
    addressSchema,
    z
      .union([asText, settings, asNothing], { error: 'expected an address or a map of settings' })
      .describe('One host. Empty where its name is its address.'),
    { error: 'expected a map of hosts by name' },
  )
  .refine((hosts) => Object.keys(hosts).length > 0, 'expected at least one host')
  .transform((hosts): readonly Host[] =>
    Object.entries(hosts).map(([name, host]) => ({ address: name, ...host, name })),
  )
  .describe('The servers of the environment, by name.');
