import { z } from '@fairness-deploy/core';
import { networkSchema } from './address-schema.js';

const HEADER = 'expected the name of a header, such as X-Forwarded-For';
const LIST = 'expected a list of addresses and networks';

/** Load balancers and content delivery networks that stand in front of the host. */
export const realIpSchema = z
  .strictObject(
    {
      from: z
        .array(
          networkSchema.refine((network) => !network.endsWith('/0'), {
            error: 'it has all addresses: every visitor could claim any address',
            params: { hint: 'name the addresses of the load balancer' },
          }),
          { error: LIST },
        )
        .min(1, 'expected at least one address or network')
        .max(1000, 'expected at most 1000 addresses and networks')
        .describe('The addresses from which the load balancer asks. Only these are believed.'),
      header: z
        .string({ error: HEADER })
        .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, HEADER)
        .default('X-Forwarded-For')
        .describe(
          'The header in which it says who the visitor is. Of several addresses, the last one that is not in `from`.',
        ),
    },
    { error: 'expected a map such as { from: [10.0.0.0/8] }' },
  )
  .describe(
    "A load balancer or a content delivery network in front of the host. The visitor's address and scheme (X-Forwarded-Proto) are what it says, in the log, for limits and lists, and for the application.",
  )
  .exactOptional();
