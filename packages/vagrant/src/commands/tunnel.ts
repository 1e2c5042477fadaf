import {
  chooseHost,
  developerPortsOn,
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
  /** The host, when there are several. */
  readonly host?: string;
  /** The port of PostgreSQL on this machine. Default: as the section `postgres` says, else {@link DATABASE_PORT}. */
  readonly databasePort?: number;
  /** The port of this machine that leads to the site. Default: {@link SITE_PORT}. */
  readonly sitePort?: number;
}

/** PostgreSQL's own: the application in the VM finds it where it would be on a server. */
export const DATABASE_PORT = 5432;
export const SITE_PORT = 3080;

/**
 * Keeps ports up until Ctrl-C: the developer's PostgreSQL in the VM, and the VM's nginx on this machine. After a
 * loss, it connects again.
 */
export async function tunnel(run: Run<TunnelOptions>): Promise<ExitCode> {
  const { name } = run.environment;
  const host = chooseHost(run, {
    ...{ act: 'open the tunnel to', named: run.options.host },
    withOption: (option) => `npx nx run ${name}:tunnel ${option}`,
  });
  const ports = tunnelsOf(run, host);
  const code = await onHosts({ ...run, hosts: [host] }, 'stop', async ([open]) => {
    if (!open) return 1;
    await keepPortsUp(run, open, ports);
    return 0;
  });
  return code ?? 1;
}

/** Its ports. Plugins say which ports of the VM lead to this machine; without any, PostgreSQL's own does. */
export function tunnelsOf(
  run: Pick<Run<TunnelOptions>, 'environment' | 'options' | 'plugins' | 'secret'>,
  host: Host,
): readonly KeptPort[] {
  const { options } = run;
  const { name } = run.environment;
  checkPort(name, 'database-port', options.databasePort, DATABASE_PORT);
  checkPort(name, 'site-port', options.sitePort, SITE_PORT);
  const { databasePort, sitePort = SITE_PORT } = options;
  const machine = databasePort === undefined ? {} : { databasePort };
  return [
    ...(developerPortsOn(run, host, machine) ?? [usualDatabase(name, host, databasePort)]),
    {
      port: { on: 'client', port: sitePort, to: { host: '127.0.0.1', port: 80 } },
      name: 'The tunnel to the site',
      described: (port) => `http://localhost:${String(port)} is the site in the VM, until Ctrl-C`,
      otherwise: `see which program has it: ${listenersOn(sitePort)}\nor choose another port: npx nx run ${name}:tunnel --site-port=${String(sitePort + 1)}`,
    },
  ];
}

/** @throws HintedError when an option is no port. */
function checkPort(
  environment: string,
  option: string,
  port: number | undefined,
  usual: number,
): void {
  if (port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535)) return;
  throw new HintedError(
    `Cannot open the tunnel: --${option} is ${String(port)}, which is no port`,
    { hint: `such as: npx nx run ${environment}:tunnel --${option}=${String(usual)}` },
  );
}

/** Where no plugin knows of a database. */
function usualDatabase(
  environment: string,
  { name }: Host,
  databasePort = DATABASE_PORT,
): KeptPort {
  return {
    port: { on: 'host', port: DATABASE_PORT, to: { host: 'localhost', port: databasePort } },
    name: 'The tunnel to PostgreSQL',
    described: (port) =>
      `127.0.0.1:${String(port)} of ${name} leads to PostgreSQL of this machine (localhost:${String(databasePort)}), until Ctrl-C`,
    otherwise: `another tunnel, or a PostgreSQL in the VM, may have the port; see which: npx nx run ${environment}:ssh -- --host=${name} 'sudo ss -ltnp sport = :${String(DATABASE_PORT)}'`,
  };
}

/** The command that names the program behind a port of this machine; macOS has no ss. */
export function listenersOn(port: number, platform = process.platform): string {
  return platform === 'darwin'
    ? `lsof -nP -iTCP:${String(port)} -sTCP:LISTEN`
    : `ss -ltnp sport = :${String(port)}`;
}
