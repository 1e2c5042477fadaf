import type { Text } from '@fairness-deploy/shell/secret';
import { z } from 'zod';
import { envSchema } from './env-schema.js';
import { hostPathSchema, isOwnUser, nameSchema, userSchema } from './field-schemas.js';
import { nodeRuntimeSchema } from './node-runtime-schema.js';
import { portMark } from './port-mark.js';
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
  .superRefine(checkPortsOfSockets)
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

/** What stands before a port, and never before a path. */
const BEFORE_PORT = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):$/;

/** `http://127.0.0.1:${ports.api}` is no URL where the process listens on a socket. */
function checkPortsOfSockets(
  application: {
    readonly env: Readonly<Record<string, Text>>;
    readonly processes: readonly Process[];
  },
  context: z.core.$RefinementCtx,
): void {
  const sockets = application.processes.filter(({ listen }) => listen === 'socket');
  const envs = [
    { path: ['env'], env: application.env },
    ...application.processes.map(({ name, env }) => ({ path: ['processes', name, 'env'], env })),
  ];
  for (const { path, env } of envs) {
    for (const [variable, text] of Object.entries(env)) {
      const shown = text.parts.map((part) => (typeof part === 'string' ? part : ' ')).join('');
      const wrong = sockets.find(({ name }) =>
        shown
          .split(portMark(name))
          .slice(0, -1)
          .some((before) => BEFORE_PORT.test(before)),
      );
      if (!wrong) continue;
      context.addIssue({
        code: 'custom',
        path: [...path, variable],
        message: `the process "${wrong.name}" listens on a socket: \${ports.${wrong.name}} is a path, not a port`,
        params: {
          hint: `pass the path alone, \${ports.${wrong.name}}, to a program that connects to Unix sockets; or give "${wrong.name}" a port`,
        },
      });
    }
  }
}
