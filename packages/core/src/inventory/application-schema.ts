import { z } from 'zod';
import { envSchema } from './env-schema.js';
import { hostPathSchema, nameSchema, userSchema } from './field-schemas.js';
import { nodeRuntimeSchema } from './node-runtime-schema.js';
import { processesSchema } from './process-schema.js';

/** What is deployed. */
export type Application = Readonly<z.output<typeof applicationSchema>>;

export const applicationSchema = z
  .strictObject({
    name: nameSchema.max(32, 'expected at most 32 characters'),
    user: userSchema
      .describe('The system user that it runs as; its name unless given.')
      .exactOptional(),
    home: hostPathSchema
      .describe('The folder of repository, releases and shared files; /srv/<name> unless given.')
      .exactOptional(),
    node: nodeRuntimeSchema,
    env: envSchema.prefault({}),
    processes: processesSchema,
  })
  .transform((application) => ({
    user: application.name,
    home: `/srv/${application.name}`,
    ...application,
  }))
  .describe('What is deployed.');
