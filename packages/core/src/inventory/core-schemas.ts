import { z } from 'zod';
import { descriptionSchema, resourcesSchema, urlSchema } from './about-schemas.js';
import { applicationSchema } from './application-schema.js';
import { hostsSchema } from './host-schema.js';
import { secretsSchema } from './secrets-schema.js';

/** The keys of environment.yaml that no plugin adds. */
export const CORE_SCHEMAS = {
  extends: z
    .string()
    .describe(
      'A file that this one inherits from, relative to this one. Keys of this file win: maps are merged, anything else is replaced, null removes an inherited key.',
    ),
  description: descriptionSchema,
  url: urlSchema,
  resources: resourcesSchema,
  vars: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe(
      'Variables: ${vars.name} stands for one in any value, but not in extends and secrets.',
    ),
  hosts: hostsSchema,
  application: applicationSchema,
  secrets: secretsSchema,
} as const;
