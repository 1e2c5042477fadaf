import { z } from '@fairness-deploy/core';

/** The way to the developer's own server, with mode tunnel. */
export const tunnelSchema = z
  .strictObject({})
  .describe('The way to the server on the machine of the developer, with mode tunnel.');
