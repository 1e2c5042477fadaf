import { z } from '@fairness-deploy/core';

const LIMIT = 'expected a limit such as { requests: 10/s, burst: 20 }';
const RATE = 'expected requests per second or minute, such as 10/s or 60/m';
const BURST = 'expected a whole number between 0 and 100000';

const limit = z.strictObject(
  {
    requests: z
      .string({ error: RATE })
      .regex(/^[1-9]\d{0,5}\/[sm]$/, RATE)
      .describe('How many requests each visitor may send on average: 10/s, or 60/m.'),
    burst: z
      .int({ error: BURST })
      .min(0, BURST)
      .max(100_000, BURST)
      .default(20)
      .describe('How many requests may come before their time. They are answered at once.'),
  },
  { error: LIMIT },
);

/** How many requests a visitor may send. */
export type Limit = Readonly<z.output<typeof limit>>;

/** Of a site. */
export const limitSchema = limit
  .describe(
    'How many requests each visitor (an IPv4 address, or the /64 network of an IPv6 address) may send; others are answered with status 429. The host itself, the health URL and CAs are not limited.',
  )
  .exactOptional();

/** Of a path: another limit, or none. */
export const pathLimitSchema = z
  .union([limit, z.literal(false)], { error: `${LIMIT}, or false` })
  .describe("The limit of these requests, counted on their own. Default: the site's; false: none.")
  .exactOptional();
