import { z } from 'zod';
import { commandSchema } from './command-schema.js';
import { envSchema } from './env-schema.js';
import { nameSchema, portSchema } from './field-schemas.js';
import { healthSchema } from './health-schema.js';

const ROUTE = 'expected a URL path that begins with /, without .. or //';

const settings = z.strictObject({
  command: commandSchema,
  port: portSchema.describe(
    'Where it listens on the loopback address; also in its environment as PORT.',
  ),
  route: z
    .string({ error: ROUTE })
    .regex(/^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~%@+-]+)+\/?)$/, ROUTE)
    .describe("The URL path that leads to it; absent when it isn't reached from outside.")
    .exactOptional(),
  health: healthSchema,
  env: envSchema.prefault({}),
});

/** One of the programs that an application consists of. */
export interface Process extends Readonly<z.output<typeof settings>> {
  readonly name: string;
}

/** Processes by name; no two share a port or a route. */
export const processesSchema = z
  .record(nameSchema, settings)
  .check((context) => {
    const taken = { port: new Map<unknown, string>(), route: new Map<unknown, string>() };
    for (const [name, process] of Object.entries(context.value)) {
      for (const key of ['port', 'route'] as const) {
        // /api and /api/ lead to the same place.
        const value = key === 'route' ? process.route?.replace(/(.)\/$/, '$1') : process.port;
        const other = value === undefined ? undefined : taken[key].get(value);
        if (other === undefined) {
          taken[key].set(value, name);
          continue;
        }
        const message = `expected a ${key} of its own; the process "${other}" has ${String(value)} too`;
        context.issues.push({
          code: 'custom',
          path: [name, key],
          message,
          input: value,
          params: { complete: true },
        });
      }
    }
  })
  .refine((processes) => Object.keys(processes).length > 0, 'expected at least one process')
  .transform((processes): readonly Process[] =>
    Object.entries(processes).map(([name, process]) => ({ ...process, name })),
  )
  .describe('The programs that it consists of, by name.');
