import { secondsSchema, z } from '@fairness-deploy/core';

const RETRIES = 'expected a whole number between 0 and 20';

/** How migrations of a deployment run. */
export const migrationsSchema = z
  .strictObject({
    lockTimeout: secondsSchema
      .default(5)
      .describe(
        'Seconds that a statement of a migration waits for a lock (lock_timeout). Other queries wait behind it, no longer than that.',
      ),
    statementTimeout: secondsSchema
      .default(300)
      .describe(
        'Seconds that a statement of a migration may take (statement_timeout). See also migrateTimeout of the section release.',
      ),
    retries: z
      .int({ error: RETRIES })
      .min(0, RETRIES)
      .max(20, RETRIES)
      .default(5)
      .describe(
        'How many more times a migration runs that waited too long for a lock. The pauses grow: 1, 2, 4 seconds and so on, 30 at most.',
      ),
    backup: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Whether a backup is made before each migration; needs `backups`.'),
  })
  .describe('How migrations of a deployment run: the command `migrate` of the section release.');
