import { isRecord } from '@fairness-deploy/environment-file';
import { z } from 'zod';
import { commandSchema } from './command-schema.js';
import { envSchema } from './env-schema.js';
import { nameSchema, portSchema } from './field-schemas.js';
import { onSchema } from './roles.js';
import { healthSchema } from './health-schema.js';

const ROUTE = 'expected a URL path that begins with /, without .. or //';

const settings = z.strictObject({
  command: commandSchema,
  port: portSchema
    .describe(
      'The port on which the process listens, on the loopback address. The process gets it as the variable PORT.',
    )
    .exactOptional(),
  alternatePort: portSchema
    .describe(
      'The second port: every other release listens on it, as two releases run side by side during a deployment. Default: port + 100.',
    )
    .exactOptional(),
  listen: z
    .literal('socket', { error: 'expected socket' })
    .describe(
      'The process listens on a Unix socket instead of a port. The process gets its path as the variable PORT. Other users of the host can neither connect to it nor replace it.',
    )
    .exactOptional(),
  route: z
    .string({ error: ROUTE })
    .regex(/^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~%@+-]+)+\/?)$/, ROUTE)
    .describe(
      'The URL path that leads to the process. Without one, it cannot be reached from outside.',
    )
    .exactOptional(),
  on: onSchema.exactOptional(),
  health: healthSchema,
  env: envSchema.prefault({}).describe('Environment variables of this process alone.'),
});

/** One of the programs that an application consists of: it has two ports, or listens on a socket. */
export interface Process extends Readonly<z.output<typeof settings>> {
  readonly name: string;
}

/** How far from its port a process's other one is. */
const ALTERNATE = 100;

/** Processes by name; no two share a port, of either kind, or a route. */
export const processesSchema = z
  .record(nameSchema, settings.describe('A program that is kept running.'), {
    error: 'expected a map of processes by name',
  })
  .superRefine(checkUnique, { when: () => true })
  .refine((processes) => Object.keys(processes).length > 0, 'expected at least one process')
  .transform((processes): readonly Process[] =>
    Object.entries(processes).map(([name, process]) => ({
      ...(process.port !== undefined && { alternatePort: process.port + ALTERNATE }),
      ...process,
      name,
    })),
  )
  .describe('The processes of the application, by name.');

/** What only one process can have. */
interface Claim {
  readonly key: 'port' | 'alternatePort' | 'route';
  readonly value: string | number;
  /** Nobody wrote it. */
  readonly implied?: boolean;
}

/** Runs even when other things are wrong in the processes, so it must not rely on their types. */
function checkUnique(value: unknown, context: z.core.$RefinementCtx): void {
  const processes = isRecord(value) ? value : {};
  const owners = new Map<string | number, Owner>();
  for (const [name, process] of Object.entries(processes)) {
    const refuse = ({ key, implied = false }: Claim, what: string, other?: string): void => {
      context.addIssue({
        code: 'custom',
        path: [name, key],
        message: implied
          ? `it needs a second port, and ${what}`
          : `${what}, expected one of its own`,
        ...(implied && { params: { hint: 'give one that is free: alternatePort: …' } }),
        ...(other !== undefined && {
          params: { hint: `or give "${other}" another second one: alternatePort: …` },
        }),
      });
    };
    if (isRecord(process)) checkListen(name, process, context);
    let clashed = false;
    for (const claim of isRecord(process) ? claims(process) : []) {
      const { key, value: claimed, implied = false } = claim;
      // It follows from the port, and so does what is wrong with it.
      if (implied && clashed) continue;
      const owner = owners.get(claimed);
      if (implied && typeof claimed === 'number' && claimed > 65_535) {
        refuse(claim, `${String(claimed)} is none`);
      } else if (owner === undefined) {
        owners.set(claimed, { ...claim, name });
        continue;
      } else if (owner.name === name) {
        refuse(claim, `it has the port ${String(claimed)} twice`);
      } else if (owner.implied === true && !implied) {
        refuse(
          claim,
          `${String(claimed)} is the second port of the process "${owner.name}"`,
          owner.name,
        );
      } else {
        const kind = key === 'route' ? 'route' : 'port';
        refuse(claim, `the process "${owner.name}" has the ${kind} ${String(claimed)} too`);
      }
      clashed ||= key === 'port';
    }
  }
}

/** A process listens on a port or on a socket. */
function checkListen(
  name: string,
  { port, alternatePort, listen }: Readonly<Record<string, unknown>>,
  context: z.core.$RefinementCtx,
): void {
  const refuse = (key: string, message: string, hint?: string): void => {
    context.addIssue({
      ...{ code: 'custom', path: [name, key], message },
      ...(hint !== undefined && { params: { hint } }),
    });
  };
  if (listen === undefined && port === undefined) {
    refuse('port', 'expected a whole number between 1 and 65535, or listen: socket');
  } else if (listen !== undefined) {
    const message = 'a process that listens on a socket has no port';
    const hint = 'remove one of the two, or write "port: null" where the port is inherited';
    if (port !== undefined) refuse('port', message, hint);
    if (alternatePort !== undefined) refuse('alternatePort', message, hint);
  }
}

interface Owner extends Claim {
  readonly name: string;
}

function claims(process: Readonly<Record<string, unknown>>): readonly Claim[] {
  const { port, alternatePort, route } = process;
  const number = typeof port === 'number';
  return [
    ...(number ? [{ key: 'port', value: port } as const] : []),
    ...(typeof alternatePort === 'number'
      ? [{ key: 'alternatePort', value: alternatePort } as const]
      : number
        ? [{ key: 'alternatePort', value: port + ALTERNATE, implied: true } as const]
        : []),
    // /api and /api/ lead to the same place.
    ...(typeof route === 'string'
      ? [{ key: 'route', value: route.replace(/(.)\/$/, '$1') } as const]
      : []),
  ];
}
