import {
  keepPortsUp,
  onHosts,
  type ExitCode,
  type KeptPort,
  type Run,
} from '@fairness-deploy/core/commands';
import type { ForwardedPort } from '@fairness-deploy/shell';
import { directDatabase, type Database } from '../connection/database.js';
import { developerTunnel } from '../connection/developer-tunnel.js';
import type { Section } from '../section/section.js';
import { chosenHost, sectionOf } from './chosen-host.js';
import type { HostOptions } from './database-commands.js';

/** Options of `db-tunnel`. */
export interface TunnelOptions extends HostOptions {
  /** The port of this machine. Default: {@link LOCAL_PORT}. */
  readonly port?: number;
}

/** Not PostgreSQL's own: a server of the developer may have that. */
export const LOCAL_PORT = 15_432;

/**
 * Keeps a port open that leads to the database of the environment, until Ctrl-C; with the mode tunnel, a
 * port of the host that leads to the server on this machine. After a loss, it connects again.
 */
export async function databaseTunnel(run: Run<TunnelOptions>): Promise<ExitCode> {
  const section = sectionOf(run);
  const host = chosenHost(run, 'db-tunnel', 'open a tunnel to');
  const kept =
    section.mode === 'tunnel'
      ? developerTunnel({ section, host, environment: run.environment })
      : databasePort(run, section);
  const code = await onHosts({ ...run, hosts: [host] }, 'stop', async ([open]) => {
    if (!open) return 1;
    await keepPortsUp(run, open, [kept]);
    return 0;
  });
  return code ?? 1;
}

/** The port of this machine that leads to the database. */
function databasePort(run: Run<TunnelOptions>, section: Section): KeptPort {
  const application = run.environment.application?.name;
  const database = directDatabase({ section, application, secret: run.secret });
  return {
    port: tunnelOf(database, run.options.port ?? LOCAL_PORT),
    name: 'The tunnel',
    described: (port) => describedAt(port, database),
  };
}

/** The port, and where it leads. */
export function tunnelOf({ host, port }: Database, local: number): ForwardedPort {
  return { on: 'client', port: local, to: { host: host.reveal(), port: Number(port.reveal()) } };
}

/** What it is, and how to use it. Not the password. */
function describedAt(port: number, { host, user, name: database, tls }: Database): string {
  // The name is for the certificate, the address for the tunnel (PostgreSQL's manual, 34.1.2).
  const settings = [
    ...(tls === 'verify-full'
      ? [`host=${host.reveal()}`, 'hostaddr=127.0.0.1']
      : ['host=127.0.0.1']),
    `port=${String(port)}`,
    `user=${user.reveal()}`,
    `dbname=${database.reveal()}`,
    `sslmode=${tls}`,
  ];
  return `127.0.0.1:${String(port)} of this machine leads to the database, until Ctrl-C: psql "${settings.join(' ')}"`;
}
