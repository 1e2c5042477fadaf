import { z } from '@fairness-deploy/core';

/** How migrations of a deployment run. */
export const migrationsSchema = z.strictObject({}).describe('How migrations of a deployment run.');
