import { z } from 'zod';
import { secondsSchema } from './field-schemas.js';

const PATH = 'expected a URL path that begins with /';
const STATUS = 'expected an HTTP status between 100 and 599';

const path = z
  .string({ error: PATH })
  // What RFC 3986 allows in a path and a query.
  .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, PATH)
  .describe('The path that is asked for.');

const settings = z.strictObject({
  path,
  status: z.int({ error: STATUS }).min(100, STATUS).max(599, STATUS).default(200),
  interval: secondsSchema.default(1).describe('Seconds between two tries.'),
  deadline: secondsSchema.default(30).describe('Seconds until it must have answered.'),
});

/** How a process says that it is well: an HTTP path, the status expected and how long to wait for it. */
export type HealthCheck = Readonly<z.output<typeof settings>>;

/** A path alone is enough: `health: /api/health`; without any, `/` is asked for. */
export const healthSchema = z
  .union([path.transform((text): HealthCheck => settings.parse({ path: text })), settings])
  .prefault('/')
  .describe('How it says that it is well; a GET of / unless given.');
