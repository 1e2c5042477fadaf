import type {
  CommonOptions,
  EnvironmentCommand,
  LocalCommand,
} from '@fairness-deploy/core/commands';
import type { ConsoleOptions } from './db-console.js';
import type { TunnelOptions } from './db-tunnel.js';

const SECTION = 'postgres';

/** Options of a command on one host. */
export interface HostOptions extends CommonOptions {
  /** Its name. Default: the host that runs the server, else the first one. */
  readonly host?: string;
}

/** psql on this terminal. */
export const CONSOLE: LocalCommand<ConsoleOptions> = {
  ...{ name: 'db-console', section: SECTION, withoutSecrets: true },
  ownsOutput: ({ json = false }) => !json,
  succeeded: (status) => status === 0,
  load: async () => (await import('./db-console.js')).databaseConsole,
};

/** A port that leads to the database, kept up. */
export const TUNNEL: EnvironmentCommand<TunnelOptions> = {
  ...{ name: 'db-tunnel', section: SECTION },
  interrupted: () => 'the tunnel is closed',
  load: async () => (await import('./db-tunnel.js')).databaseTunnel,
};
