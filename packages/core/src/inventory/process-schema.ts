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
  .record(nameSchema, settings, { error: 'expected a map of processes by name' })
  .superRefine(checkUnique, { when: () => true })
  .refine((processes) => Object.keys(processes).length > 0, 'expected at least one process')
  .transform((processes): readonly Process[] =>
    Object.entries(processes).map(([name, process]) => ({ ...process, name })),
  )
  .describe('The programs that it consists of, by name.');

/** Runs even when other things are wrong in the processes, so it must not rely on their types. */
function checkUnique(value: unknown, context: z.core.$RefinementCtx): void {
  const processes = isMap(value) ? value : {};
  const taken = { port: new Map<unknown, string>(), route: new Map<unknown, string>() };
  for (const [name, process] of Object.entries(processes)) {
    for (const key of ['port', 'route'] as const) {
      const written = isMap(process) ? process[key] : undefined;
      // /api and /api/ lead to the same place.
      const own = typeof written === 'string' ? written.replace(/(.)\/$/, '$1') : written;
      if (typeof own !== 'string' && typeof own !== 'number') continue;
      const other = taken[key].get(own);
      if (other === undefined) {
        taken[key].set(own, name);
        continue;
      }
      const message = `the process "${other}" has the ${key} ${String(own)} too, expected one of its own`;
      context.addIssue({ code: 'custom', path: [name, key], message });
    }
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
