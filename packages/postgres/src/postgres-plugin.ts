import { definePlugin, requireApplication } from '@fairness-deploy/core';
import { databaseCheck } from './check/database-check.js';
import { connectionOffer } from './connection/offer.js';
import { connectionResources } from './connection/connection-resources.js';
import { neededSecrets } from './section/needed-secrets.js';
import { sectionSchema, type Section } from './section/section.js';

/** The PostgreSQL database of the application. */
export const plugin = definePlugin<Section>({
  section: 'postgres',
  schema: sectionSchema,
  validate: (_, environment) => requireApplication(environment, 'to have a database'),
  secrets: neededSecrets,
  offers: [connectionOffer],
  resources: (context) => connectionResources(context),
  checks: (context) => [databaseCheck(context)],
});
