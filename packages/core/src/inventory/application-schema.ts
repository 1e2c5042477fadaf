import { z } from 'zod';
import { envSchema } from './env-schema.js';
import { hostPathSchema, isOwnUser, nameSchema, userSchema } from './field-schemas.js';
import { nodeRuntimeSchema } from './node-runtime-schema.js';
import { processesSchema } from './process-schema.js';
import { schedulesSchema } from './schedule-schema.js';

/** The application of an environment. */
export type Application = Readonly<z.output<typeof applicationSchema>>;

export const applicationSchema = z
  .strictObject({
    name: nameSchema
      .max(32, 'expected at most 32 characters')
      .describe('The name, which is also the default of the user, the home and the site.'),
    user: userSchema
      .describe(
        "The system user that it runs as, which is made when missing. Default: the application's name.",
      )
      .exactOptional(),
    home: hostPathSchema
      .describe('The folder of its releases and shared files. Default: /srv/<name>.')
      .exactOptional(),
    node: nodeRuntimeSchema.exactOptional(),
    env: envSchema
      .prefault({})
      .describe('Environment variables of all processes. ${secrets.name} may stand in a value.'),
    processes: processesSchema,
    schedules: schedulesSchema.exactOptional(),
  })
  .refine(({ name, user = name }) => isOwnUser(user), {
    path: ['user'],
    error: "this is a user of the system itself, expected one of the application's own",
    params: { hint: "name another user; the default is the application's name" },
  })
  .transform((application) => ({
    user: application.name,
    home: `/srv/${application.name}`,
    ...application,
  }))
  .describe('The application that is deployed, its processes and its scheduled jobs.');
