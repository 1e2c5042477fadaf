import { z, type FindingSchemas } from '@fairness-deploy/core';

/** The data of the finding about the takeover. */
export const FINDINGS: FindingSchemas = {
  takeover: z.strictObject({
    state: z.enum(['old', 'unfinished', 'done']).describe('How far it is.'),
  }),
};
