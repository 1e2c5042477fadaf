import {
  keepPortsUp,
  onHosts,
  type CommonOptions,
  type ExitCode,
  type KeptPort,
  type Run,
} from '@fairness-deploy/core/commands';
import type { Host } from '@fairness-deploy/core';
import { HintedError } from '@fairness-deploy/shell/text';

/** What `tunnel` takes. */
export interface TunnelOptions extends CommonOptions {
  /** The host. Default: the first one. */
  readonly host?: string;
  /** The port of PostgreSQL on this machine. Default: {@link DATABASE_PORT}. */
  readonly databasePort?: number;
  /** The port of this machine that leads to the site. Default: {@link SITE_PORT}. */
  readonly sitePort?: number;
}

/** PostgreSQL's own: the application in the VM finds it where it would be on a server. */
export const DATABASE_PORT = 5432;
export const SITE_PORT = 3080;

/**
 * Keeps two ports up until Ctrl-C: the developer's PostgreSQL in the VM on 5432, and the VM's nginx on this
 * machine. After a loss, it connects again.
 */
export async function tunnel(run: Run<TunnelOptions>): Promise<ExitCode> {
  const host = chosenHost(run);
  const ports = tunnelsOf(run);
  const code = await onHosts({ ...run, hosts: [host] }, 'stop', async ([open]) => {
    if (!open) return 1;
    await keepPortsUp(run, open, ports);
    return 0;
  });
  return code ?? 1;
}

/** Its ports; that of the database only where the application uses the one of the developer. */
export function tunnelsOf({
  environment: { name, sections },
  options,
}: Pick<Run<TunnelOptions>, 'environment' | 'options'>): readonly KeptPort[] {
  const { databasePort = DATABASE_PORT, sitePort = SITE_PORT } = options;
  for (const [option, port] of [
    ['database-port', databasePort],
    ['site-port', sitePort],
  ] as const) {
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) continue;
    throw new HintedError(
      `Cannot open the tunnel: --${option} is ${String(port)}, which is no port`,
      {
        hint: `such as: npx nx run ${name}:tunnel --${option}=${String(option === 'site-port' ? SITE_PORT : DATABASE_PORT)}`,
      },
    );
  }
  const site: KeptPort = {
    port: { on: 'client', port: sitePort, to: { host: '127.0.0.1', port: 80 } },
    name: 'The tunnel to the site',
    described: (port) => `http://localhost:${String(port)} is the site in the VM, until Ctrl-C`,
    otherwise: `end that program (ss -ltnp names it), or choose another port: npx nx run ${name}:tunnel --site-port=${String(sitePort + 1)}`,
  };
  const database: KeptPort = {
    port: { on: 'host', port: DATABASE_PORT, to: { host: 'localhost', port: databasePort } },
    name: 'The tunnel to PostgreSQL',
    described: () =>
      `127.0.0.1:${String(DATABASE_PORT)} in the VM is PostgreSQL of this machine (localhost:${String(databasePort)}), until Ctrl-C`,
    otherwise: `another tunnel, or a PostgreSQL in the VM, may have the port; see which: npx nx run ${name}:ssh --command 'sudo ss -ltnp sport = :${String(DATABASE_PORT)}'`,
  };
  return usesOwnDatabase(sections) ? [site] : [database, site];
}

/** The section `postgres` belongs to another package: only its mode is read. */
function usesOwnDatabase(sections: Readonly<Record<string, unknown>>): boolean {
  const section = sections['postgres'];
  return (
    typeof section === 'object' &&
    section !== null &&
    'mode' in section &&
    section.mode !== 'tunnel'
  );
}

/** @throws HintedError when no host has the name of the option. */
function chosenHost({ hosts, environment, options }: Run<TunnelOptions>): Host {
  const found =
    options.host === undefined ? hosts[0] : hosts.find(({ name }) => name === options.host);
  if (found) return found;
  throw new HintedError(
    `Cannot use the host "${options.host ?? ''}": no host of ${environment.name} has that name`,
    { hint: `there are: ${hosts.map(({ name }) => `--host ${name}`).join(', ')}` },
  );
}
