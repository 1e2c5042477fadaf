import {
  SECRET_NAME,
  SECRET_NAME_RULE,
  type DeclaredSecret,
  type SecretsSection,
} from '@fairness-deploy/secrets';
import { z } from 'zod';
import { commandSchema } from './command-schema.js';

const TEXT = 'expected text; nothing is filled in here';

/** The commands on secrets read this section without the rest, so no `${…}` is filled in. */
const unfilledTextSchema = z.string({ error: TEXT }).refine((text) => !text.includes('${'), TEXT);

const settings = z.strictObject({
  description: unfilledTextSchema.describe('What the secret is for.').default(''),
  required: z.boolean().describe('Whether the secret must be there.').default(true),
  deprecated: z
    .boolean()
    .describe('Nothing uses the value any more: a placeholder is enough, and is not masked.')
    .default(false),
  confidential: z
    .boolean()
    .describe("Whether the value is masked in output; false for one such as a database's name.")
    .default(true),
});

const declarationSchema = z
  .union([unfilledTextSchema, settings], {
    error: 'expected what the secret is for, or a map of settings',
  })
  .transform((value): DeclaredSecret =>
    typeof value === 'string' ? settings.parse({ description: value }) : value,
  );

/** The section `secrets`: which there have to be, and where the password that opens them is. */
export const secretsSchema = z
  .strictObject({
    names: z
      .record(z.string().regex(SECRET_NAME, SECRET_NAME_RULE), declarationSchema)
      .describe('The secrets that must be in secrets.yaml, by name, with what each is for.')
      .prefault({}),
    password: z
      .strictObject({
        variable: unfilledTextSchema
          .regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable')
          .describe('An environment variable. Default: FAIRNESS_VAULT_PASSWORD.')
          .exactOptional(),
        file: unfilledTextSchema
          .describe("A file, relative to the environment's folder. Default: ../vault-password.")
          .exactOptional(),
        command: commandSchema
          .describe('A program that prints the password, with its arguments.')
          .exactOptional(),
      })
      .describe(
        "Where the password is, for files in Ansible Vault's format: in the variable, else in the file, else from the command.",
      )
      .prefault({}),
  })
  .transform((section): SecretsSection => section)
  .describe('The secrets that the environment needs, and where the password of their file is.');
