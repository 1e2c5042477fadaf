import { isRecord } from '@fairness-deploy/environment-file';
import { z } from 'zod';
import { commandSchema } from './command-schema.js';
import { envSchema } from './env-schema.js';
import {
  nameSchema,
  niceSchema,
  portSchema,
  repositoryFolderSchema,
  repositoryPathSchema,
  sizeSchema,
} from './field-schemas.js';
import { ALTERNATE, refuseClashes, MOST_INSTANCES } from './process-clashes.js';
import { onSchema } from './roles.js';
import { healthSchema } from './health-schema.js';
import { urlPathSchema } from './url-path.js';

const INDEX = 'expected a script of the folder, such as index.php';
const COUNT = 'expected a whole number between 1 and 1000';
const INSTANCES = `expected a number of instances between 1 and ${String(MOST_INSTANCES)}, or cpus`;
const ROOT = "expected a folder of the repository, such as public, without '..'";
const SECONDS = 'expected a whole number of seconds between 1 and 3600';
const SIGNALS = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2'] as const;

const logs = z.strictObject({
  streams: z
    .enum(['together', 'apart'], { error: 'expected together or apart' })
    .default('together')
    .describe('Whether standard output and standard error go into one file, or into one each.'),
  size: sizeSchema.default('10MB').describe('The size at which a log file is rotated.'),
  files: z
    .int({ error: COUNT })
    .min(1, COUNT)
    .max(1000, COUNT)
    .default(5)
    .describe('How many rotated files are kept of each log.'),
});

const settings = z.strictObject({
  command: commandSchema,
  directory: repositoryFolderSchema
    .describe(
      'The folder in which the process runs, relative to the application. Default: the application itself.',
    )
    .exactOptional(),
  port: portSchema
    .describe(
      'The port on which the process listens, on the loopback address. The process gets it as the variable PORT. A process without a port and without a socket is a worker.',
    )
    .exactOptional(),
  alternatePort: portSchema
    .describe(
      `The second port: every other release listens on it, as two releases run side by side during a deployment. Default: port + ${String(ALTERNATE)}.`,
    )
    .exactOptional(),
  listen: z
    .literal('socket', { error: 'expected socket' })
    .describe(
      'The process listens on a Unix socket instead of a port. The process gets its path as the variable PORT. Other users of the host can neither connect to it nor replace it.',
    )
    .exactOptional(),
  fastcgi: z
    .strictObject({
      root: z
        .union([z.literal('.'), repositoryFolderSchema], { error: ROOT })
        .describe(
          'The folder of the scripts, relative to the application; . is the application itself.',
        ),
      index: repositoryPathSchema(INDEX)
        .default('index.php')
        .describe('The script of the folder that gets the requests.'),
      scripts: z
        .enum(['index', 'all'], { error: 'expected index or all' })
        .default('index')
        .describe(
          'Which scripts a request can name: index, none but that one; all, each .php of the folder, also one that somebody has uploaded there.',
        ),
    })
    .describe('The process speaks FastCGI instead of HTTP, as PHP-FPM does.')
    .exactOptional(),
  instances: z
    .union([z.int().min(1, INSTANCES).max(MOST_INSTANCES, INSTANCES), z.literal('cpus')], {
      error: INSTANCES,
    })
    .default(1)
    .describe(
      'How many of it run side by side; cpus: as many as the host has processors. The first one has the port, each further one the next port, and nginx spreads requests over them. Each gets its number, from 1, as the variable INSTANCE.',
    ),
  overlap: z
    .boolean({ error: 'expected true or false' })
    .describe(
      'Whether the worker of the next release may run beside the one of the previous release. By default, the previous one ends first, once the next release has the traffic. Processes that listen always overlap.',
    )
    .exactOptional(),
  route: urlPathSchema
    .describe(
      'The URL path that leads to the process. Without one, it cannot be reached from outside.',
    )
    .exactOptional(),
  on: onSchema.exactOptional(),
  health: healthSchema,
  env: envSchema
    .prefault({})
    .describe(
      'Environment variables of this process alone. ${secrets.name} may stand in a value, and ${ports.process}, which is where that process listens.',
    ),
  stopSignal: z
    .enum(SIGNALS, { error: `expected a signal: ${SIGNALS.join(', ')}` })
    .default('TERM')
    .describe('The signal that asks the process, and all that it started, to end.'),
  stopSeconds: z
    .int({ error: SECONDS })
    .min(1, SECONDS)
    .max(3600, SECONDS)
    .default(20)
    .describe(
      'Seconds that it may take to end, such as to finish the job in hand. Then it is killed.',
    ),
  logs: logs.prefault({}).describe('The log files of its output.'),
  nice: niceSchema,
  memoryLimit: sizeSchema
    .describe(
      'The most memory of the process and all that it started. The kernel kills what goes beyond it, and Supervisor then starts the process again.',
    )
    .exactOptional(),
});

/**
 * One of the programs that an application consists of. It listens on two ports or on a socket;
 * otherwise it is a worker.
 */
export interface Process extends Readonly<z.output<typeof settings>> {
  readonly name: string;
}

/** Processes by name; no two share a port, of either kind, or a route. */
export const processesSchema = z
  .record(nameSchema, settings.describe('A program that is kept running.'), {
    error: 'expected a map of processes by name',
  })
  .prefault({})
  .superRefine(checkProcesses, { when: () => true })
  .transform((processes): readonly Process[] =>
    Object.entries(processes).map(([name, process]) => ({ ...process, ...implied(process), name })),
  )
  .describe('The processes of the application, by name.');

type Settings = z.output<typeof settings>;

/** Values that follow from others. */
function implied({
  port,
  alternatePort,
  listen,
  health,
}: Settings): Partial<Pick<Process, 'alternatePort' | 'health'>> {
  const asked = health.path !== undefined || health.command !== undefined;
  const listens = port !== undefined || listen !== undefined;
  return {
    ...(port !== undefined && { alternatePort: alternatePort ?? port + ALTERNATE }),
    ...(listens && !asked && { health: { ...health, path: '/' } }),
  };
}

/** Runs even when other things are wrong in the processes, so it must not rely on their types. */
function checkProcesses(value: unknown, context: z.core.$RefinementCtx): void {
  const processes = isRecord(value) ? value : {};
  for (const [name, process] of Object.entries(processes)) {
    if (isRecord(process)) checkListen(name, process, context);
  }
  refuseClashes(processes, context);
}

/** A process listens on a port or on a socket; a worker has nothing that takes a listener. */
function checkListen(
  name: string,
  process: Readonly<Record<string, unknown>>,
  context: z.core.$RefinementCtx,
): void {
  const { port, alternatePort, listen, route, fastcgi, health, overlap } = process;
  const refuse = (path: readonly string[], message: string, hint?: string): void => {
    context.addIssue({
      ...{ code: 'custom', path: [name, ...path], message },
      ...(hint !== undefined && { params: { hint } }),
    });
  };
  if (listen !== undefined) {
    const message = 'a process that listens on a socket has no port';
    const hint = 'remove one of the two, or write "port: null" where the port is inherited';
    if (port !== undefined) refuse(['port'], message, hint);
    if (alternatePort !== undefined) refuse(['alternatePort'], message, hint);
  }
  if (listen === undefined && port === undefined) {
    const listener = 'port: 3000, or listen: socket';
    if (alternatePort !== undefined) {
      refuse(['alternatePort'], 'a second port needs a first one', `add ${listener}`);
    }
    if (route !== undefined) {
      refuse(['route'], 'requests need a port or a socket to go to', `add ${listener}`);
    }
    if (fastcgi !== undefined) {
      refuse(['fastcgi'], 'requests need a port or a socket to go to', `add ${listener}`);
    }
    if (typeof health === 'string' || (isRecord(health) && health['path'] !== undefined)) {
      const hint = `add ${listener}; for a worker, write a command: { command: … }, or nothing`;
      refuse(['health'], 'a process without a port or a socket answers no request', hint);
    }
  } else if (overlap === false) {
    refuse(
      ['overlap'],
      'a process that listens always overlaps: two releases run side by side while traffic switches',
      'move the work that must not run twice to a worker: a process without a port',
    );
  }
}
