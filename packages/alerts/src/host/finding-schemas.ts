import { z, type FindingSchemas } from '@fairness-deploy/core';

/** The data of the finding about the alerts. */
export const FINDINGS: FindingSchemas = {
  alerts: z.strictObject({
    timer: z.string().describe('The state of its timer.'),
    result: z
      .string()
      .describe('How the last run ended, where it has kept nothing.')
      .exactOptional(),
    ran: z.string().describe('When the last run ended, ISO 8601.').exactOptional(),
    told: z
      .array(z.string())
      .describe('The failures that were told, and are not over.')
      .exactOptional(),
    unsent: z.number().describe('How many messages wait.').exactOptional(),
    since: z.string().describe('Since when something fails, ISO 8601.').exactOptional(),
  }),
};
