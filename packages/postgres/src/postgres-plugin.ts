import { definePlugin, requireApplication } from '@fairness-deploy/core';
import { extendRelease } from '@fairness-deploy/release';
import { connectionOffer } from './connection/offer.js';
import { connectionResources } from './connection/connection-resources.js';
import { migrationPart } from './migration/migration-part.js';
import { neededSecrets } from './section/needed-secrets.js';
import { sectionSchema, type Section } from './section/section.js';
import { validateMigrations } from './section/validate-migrations.js';

/** The PostgreSQL database of the application. */
export const plugin = definePlugin<Section>({
  section: 'postgres',
  schema: sectionSchema,
  validate: (section, environment) => [
    ...requireApplication(environment, 'to have a database'),
    ...validateMigrations(section),
  ],
  secrets: neededSecrets,
  offers: [connectionOffer],
  resources: (context) => connectionResources(context),
  extensions: [extendRelease<Section>({ migration: migrationPart })],
});
