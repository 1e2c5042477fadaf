import { z } from 'zod';
import { secondsSchema } from './field-schemas.js';

const PATH = 'expected a URL path that begins with /';
const SETTLE = 'expected a number of seconds between 0 and 3600';
const STATUS = 'expected an HTTP status between 100 and 599';

const path = z
  .string({ error: PATH })
  // The characters that RFC 3986 allows in a path and a query.
  .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, PATH)
  .describe('The path of the GET request.');

const settings = z.strictObject({
  path,
  status: z
    .int({ error: STATUS })
    .min(100, STATUS)
    .max(599, STATUS)
    .default(200)
    .describe('The status of a good answer.'),
  interval: secondsSchema.default(0.2).describe('Seconds between two requests.'),
  deadline: secondsSchema.default(30).describe('Seconds until there must be a good answer.'),
  settle: z
    .number({ error: SETTLE })
    .min(0, SETTLE)
    .max(3600, SETTLE)
    .default(4)
    .describe(
      'Seconds that a new release must stay up and give good answers before it gets traffic. A rollback does not wait for this.',
    ),
});

/** A process's health check: an HTTP path, the expected status and how long to wait for it. */
export type HealthCheck = Readonly<z.output<typeof settings>>;

/** A path alone is enough: `health: /api/health`; the default is `/`. */
export const healthSchema = z
  .union([path.transform((text): HealthCheck => settings.parse({ path: text })), settings])
  .prefault('/')
  .describe('How to ask whether the process is well: the path of a GET request, or settings.');
