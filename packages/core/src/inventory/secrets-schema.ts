import {
  SECRET_NAME,
  SECRET_NAME_RULE,
  type DeclaredSecret,
  type SecretsSection,
} from '@fairness-deploy/secrets';
import { z } from 'zod';
import { commandSchema } from './command-schema.js';

const TEXT = 'expected text; nothing is filled in here';

/** Whoever edits secrets reads this section without the rest, so nothing is filled in. */
const unfilledTextSchema = z.string({ error: TEXT }).refine((text) => !text.includes('${'), TEXT);

const settings = z.strictObject({
  description: unfilledTextSchema.describe('What it is for.').default(''),
  required: z.boolean().describe('Whether there has to be one; true unless given.').default(true),
  deprecated: z
    .boolean()
    .describe("Nothing depends on its value any more: a placeholder will do, and it isn't masked.")
    .default(false),
  confidential: z
    .boolean()
    .describe("False for what isn't masked in what hosts print, such as a database's name.")
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
      .describe('The secrets that there have to be in secrets.yaml, and what each is for.')
      .prefault({}),
    password: z
      .strictObject({
        variable: unfilledTextSchema
          .regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable')
          .describe('The environment variable; FAIRNESS_VAULT_PASSWORD unless given.')
          .exactOptional(),
        file: unfilledTextSchema
          .describe('The file, relative to this environment; ../vault-password unless given.')
          .exactOptional(),
        command: commandSchema.describe('A program that prints it.').exactOptional(),
      })
      .describe("Where the password of Ansible Vault's format is: looked for in this order.")
      .prefault({}),
  })
  .transform((section): SecretsSection => section)
  .describe('Which secrets there have to be, and where the password that opens them is.');
