import { z } from 'zod';
import { envSchema } from './env-schema.js';
import { hostPathSchema, isOwnUser, nameSchema, userSchema } from './field-schemas.js';
import { nodeRuntimeSchema } from './node-runtime-schema.js';
import { processesSchema, type Process } from './process-schema.js';
import { listenAddress } from '../application/listen-address.js';

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
  .refine(({ name, user = name }) => isOwnUser(user), {
    path: ['user'],
    error: "this is a user of the system itself, expected one of the application's own",
    params: { hint: "name another user; it is the application's name unless given" },
  })
  .transform((application) => ({
    user: application.name,
    home: `/srv/${application.name}`,
    ...application,
  }))
  .superRefine(checkSocketPaths)
  .describe('What is deployed.');

/** The bytes of a socket's path that the kernel takes (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

function checkSocketPaths(
  application: {
    readonly name: string;
    readonly home: string;
    readonly processes: readonly Process[];
  },
  context: z.core.$RefinementCtx,
): void {
  for (const process of application.processes) {
    const path = String(listenAddress(application, process, 'green'));
    if (path.length <= LONGEST_SOCKET_PATH) continue;
    context.addIssue({
      code: 'custom',
      path: ['processes', process.name, 'listen'],
      message: `the path of its socket would be longer than ${String(LONGEST_SOCKET_PATH)} bytes: ${path}`,
      params: { hint: 'give the application a shorter home, or the process a port' },
    });
  }
}
