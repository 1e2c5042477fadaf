import { z } from '@fairness-deploy/core';

/** Backups of the database. */
export const backupsSchema = z.strictObject({}).describe('Backups of the database.');
