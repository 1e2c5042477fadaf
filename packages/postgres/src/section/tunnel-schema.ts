import { portSchema, textSchema, z } from '@fairness-deploy/core';

/** The way to the developer's own server, with mode tunnel. */
export const tunnelSchema = z
  .strictObject({
    host: textSchema
      .describe('The server, as the machine of the developer reaches it. Default: localhost.')
      .exactOptional(),
    port: portSchema.describe('Its port there. Default: 5432.').exactOptional(),
  })
  .describe(
    'The server on the machine of the developer, with mode tunnel: db-tunnel leads to it from `port` of the host.',
  );
