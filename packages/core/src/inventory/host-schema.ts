import { z } from 'zod';
import { addressSchema } from './address.js';
import { nameSchema, portSchema, secondsSchema, userSchema } from './field-schemas.js';
import { textSchema } from './text-schema.js';

const settings = z.strictObject({
  address: addressSchema
    .describe(
      "A host name, an IP address or an alias of ~/.ssh/config; the host's own name unless given.",
    )
    .exactOptional(),
  port: portSchema.describe('The port of sshd.').exactOptional(),
  user: userSchema.describe('Who logs in.').exactOptional(),
  identityFile: z
    .string()
    .min(1, 'expected the path of a private key')
    .describe("The private key; relative to the environment's folder, or to the home with ~/.")
    .exactOptional(),
  roles: z
    .array(nameSchema, { error: 'expected a list of roles' })
    .describe('What it is for: sections and processes with "on" are only on hosts of that role.')
    .exactOptional(),
  sudo: z
    .boolean()
    .default(true)
    .describe('Use sudo to become root; without meaning for the user root.'),
  sudoPassword: textSchema.describe('Where sudo asks for one: ${secrets.name}.').exactOptional(),
  shellTimeout: secondsSchema
    .describe(
      'Seconds that a shell may take to open, start files and sudo included; 60 unless given.',
    )
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
    z.union([asText, settings, asNothing], { error: 'expected an address or a map of settings' }),
    { error: 'expected a map of hosts by name' },
  )
  .refine((hosts) => Object.keys(hosts).length > 0, 'expected at least one host')
  .transform((hosts): readonly Host[] =>
    Object.entries(hosts).map(([name, host]) => ({ address: name, ...host, name })),
  )
  .describe('The machines, by name.');
