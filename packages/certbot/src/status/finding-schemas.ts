import { z, type FindingSchemas } from '@fairness-deploy/core';
import { certificateData } from '@fairness-deploy/nginx';

/** The data of the findings about certificates. */
export const FINDINGS: FindingSchemas = {
  'certificate *': certificateData,
  renewal: z.strictObject({
    timer: z.string().describe('The state of certbot.timer.'),
    next: z.string().describe('When it elapses next, ISO 8601.').exactOptional(),
    last: z
      .strictObject({ at: z.string().optional(), result: z.string(), status: z.number() })
      .describe('How its last run ended.')
      .exactOptional(),
  }),
};
