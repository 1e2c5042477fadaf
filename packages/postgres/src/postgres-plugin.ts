import { definePlugin, requireApplication } from '@fairness-deploy/core';
import { extendRelease } from '@fairness-deploy/release';
import { databaseCheck } from './check/database-check.js';
import { connectionOffer } from './connection/offer.js';
import { connectionResources } from './connection/connection-resources.js';
import { migrationPart } from './migration/migration-part.js';
import { neededSecrets } from './section/needed-secrets.js';
import { serverChecks } from './server/checks.js';
import { serverClaims } from './server/claims.js';
import { serverLogs } from './server/logs.js';
import { serverResources } from './server/server-resources.js';
import { validateServer } from './server/validate-server.js';
import { drillChecks } from './status/drill-check.js';
import { sectionSchema, type Section } from './section/section.js';
import { validateMigrations } from './section/validate-migrations.js';

/** The PostgreSQL database of the application. */
export const plugin = definePlugin<Section>({
  section: 'postgres',
  schema: sectionSchema,
  validate: (section, environment) => [
    ...requireApplication(environment, 'to have a database'),
    ...validateServer(section, environment),
    ...validateMigrations(section),
  ],
  secrets: neededSecrets,
  offers: [connectionOffer],
  resources: (context) => [...connectionResources(context), ...serverResources(context)],
  checks: (context) => [databaseCheck(context), ...serverChecks(context), ...drillChecks(context)],
  logs: (context) => serverLogs(context),
  claims: (context) => serverClaims(context),
  extensions: [extendRelease<Section>({ migration: migrationPart })],
});
