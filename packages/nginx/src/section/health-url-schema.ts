import { z } from '@fairness-deploy/core';

const PATH = 'expected a URL path of letters, digits, ., _, ~ and -, such as /healthz';

/** Where a load balancer asks whether a site is well. */
export const healthUrlSchema = z
  .string({ error: PATH })
  .regex(/^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}$/, PATH)
  .describe(
    'A URL path for load balancers: 200 while the application is well, else 503. It is answered for any name, without a login, a limit and a line in the log. The process with the shortest route is asked for its health check.',
  )
  .exactOptional();
