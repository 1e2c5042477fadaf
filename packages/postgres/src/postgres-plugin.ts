import {
  applicationOf,
  checkProjectFile,
  definePlugin,
  extendDecommission,
  extendTunnel,
  journal,
  requireApplication,
} from '@fairness-deploy/core';
import { extendRelease } from '@fairness-deploy/release';
import { backupChecks } from './backup/backup-check.js';
import { backupResources } from './backup/backup-resources.js';
import { checkBackups } from './backup/check-backups.js';
import { isBackupHost } from './backup/backup-host.js';
import { ownedBackups } from './backup/owned-backups.js';
import { sizeCheck } from './backup/size-check.js';
import { timerName } from './backup/paths.js';
import { summaryCheck } from './check/database-check.js';
import { configurationFolder, networkDropIn, stateFolder } from './connection/paths.js';
import { developerTunnel } from './connection/developer-tunnel.js';
import { connectionOffer } from './connection/offer.js';
import { connectionResources } from './connection/connection-resources.js';
import { migrationPart } from './migration/migration-part.js';
import { FINDINGS } from './finding-schemas.js';
import { neededSecrets } from './section/needed-secrets.js';
import { rehearsal } from './rehearsal.js';
import { neededPorts } from './server/needed-ports.js';
import { serverChecks } from './server/checks.js';
import { serverClaims } from './server/claims.js';
import { serverLogs } from './server/logs.js';
import { serverResources } from './server/server-resources.js';
import { validateServer } from './server/validate-server.js';
import { besideChecks } from './restore/beside-check.js';
import { drillChecks } from './restore/drill-check.js';
import { REMOVALS } from './restore/removals.js';
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
    ...checkBackups({ section, environment }),
    ...checkProjectFile(['ca'], section.ca, environment.folder),
    ...checkProjectFile(['anonymise'], section.anonymise, environment.folder),
  ],
  secrets: neededSecrets,
  offers: [connectionOffer],
  resources: (context) => [
    ...connectionResources(context),
    ...serverResources(context),
    ...backupResources(context),
  ],
  judges: require.resolve('@fairness-deploy/postgres/judges'),
  findings: FINDINGS,
  checks: (context) => [
    summaryCheck(context),
    ...serverChecks(context),
    ...backupChecks(context),
    ...drillChecks(context),
    ...besideChecks(context),
  ],
  logs: (context) => [
    ...serverLogs(context),
    journal('backups', timerName(applicationOf(context.environment).name)),
  ],
  claims: (context) => serverClaims(context),
  neededPorts,
  owns: ({ environment, section }) => {
    const { name } = applicationOf(environment);
    return [
      ...ownedBackups(name),
      // A last backup needs it, as long as the database stays.
      {
        ...{ kind: 'path', name: stateFolder(name) },
        ...(section.mode === 'local' && ({ data: 'database' } as const)),
      },
      { kind: 'path', name: configurationFolder(name) },
      { kind: 'path', name: networkDropIn(name) },
    ];
  },
  removesOwn: ['path'],
  removals: REMOVALS,
  extensions: [
    extendDecommission<Section>({
      losses: (context) => (isBackupHost(context) ? [sizeCheck(context)] : []),
      save: async (context) => (await import('./commands/save-database.js')).saveDatabase(context),
    }),
    extendRelease<Section>({ migration: migrationPart }),
    extendTunnel<Section>({
      ports: (context, machine) =>
        context.section.mode === 'tunnel' ? [developerTunnel(context, machine)] : [],
    }),
  ],
  rehearsal,
});
