import { applicationOf, definePlugin, journal, requireApplication } from '@fairness-deploy/core';
import { backupChecks } from './backup/backup-check.js';
import { backupResources } from './backup/backup-resources.js';
import { checkBackups } from './backup/check-backups.js';
import { ownedBackups } from './backup/owned-backups.js';
import { timerName } from './backup/paths.js';
import { connectionOffer } from './connection/offer.js';
import { connectionResources } from './connection/connection-resources.js';
import { neededSecrets } from './section/needed-secrets.js';
import { sectionSchema, type Section } from './section/section.js';

/** The PostgreSQL database of the application. */
export const plugin = definePlugin<Section>({
  section: 'postgres',
  schema: sectionSchema,
  validate: (section, environment) => [
    ...requireApplication(environment, 'to have a database'),
    ...checkBackups({ section, environment }),
  ],
  secrets: neededSecrets,
  offers: [connectionOffer],
  resources: (context) => [...connectionResources(context), ...backupResources(context)],
  checks: (context) => backupChecks(context),
  logs: ({ environment }) => [journal('backups', timerName(applicationOf(environment).name))],
  owns: ({ environment }) => ownedBackups(applicationOf(environment).name),
});
