import type { CommonOptions, EnvironmentCommand } from '@fairness-deploy/core/commands';

/** Checks the database from the application's hosts, layer by layer. */
export const dbCheckCommand: EnvironmentCommand<CommonOptions> = {
  name: 'db-check',
  section: 'postgres',
  withoutSecrets: true,
  load: async () => (await import('./show-check.js')).showCheck,
};
