import { z } from 'zod';
import { secondsSchema, shellCommandSchema } from './field-schemas.js';

const PATH = 'expected a URL path that begins with /';
const SETTLE = 'expected a number of seconds between 0 and 3600';
const STATUS = 'expected an HTTP status between 100 and 599';

const path = z
  .string({ error: PATH })
  // The characters that RFC 3986 allows in a path and a query.
  .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, PATH);

const settings = z
  .strictObject({
    path: path
      .describe('The path of the GET request. Default, of a process that listens: /.')
      .exactOptional(),
    status: z
      .int({ error: STATUS })
      .min(100, STATUS)
      .max(599, STATUS)
      .default(200)
      .describe('The status of a good answer.'),
    command: shellCommandSchema
      .describe(
        "Instead of a request: a command that succeeds when the process is well. sh runs it as the application's user, in the folder and with the variables of the process.",
      )
      .exactOptional(),
    interval: secondsSchema.default(0.2).describe('Seconds between two checks.'),
    deadline: secondsSchema.default(30).describe('Seconds until a check must succeed.'),
    settle: z
      .number({ error: SETTLE })
      .min(0, SETTLE)
      .max(3600, SETTLE)
      .default(4)
      .describe(
        'Seconds that a new release must stay up and be well before it gets traffic; a worker that does not overlap, after that. A worker without a check must just stay up. A rollback does not wait for this.',
      ),
  })
  .refine(({ path: asked, command }) => asked === undefined || command === undefined, {
    path: ['command'],
    error: 'a health check has a path or a command, not both',
    params: { hint: 'remove one of them' },
  });

/**
 * How to see whether a process is well: by an HTTP request for `path`, or by `command`. A worker may
 * have neither: then it must stay up.
 */
export type HealthCheck = Readonly<z.output<typeof settings>>;

/** A path alone is enough: `health: /api/health`. */
export const healthSchema = z
  .union([path.transform((text): HealthCheck => settings.parse({ path: text })), settings])
  .prefault({})
  .describe(
    'How to see whether the process is well: the path of a GET request, or settings. Default: / of a process that listens.',
  );
