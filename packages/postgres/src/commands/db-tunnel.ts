import type { Host } from '@fairness-deploy/core';
import { keepPortsUp, onHosts, type ExitCode, type Run } from '@fairness-deploy/core/commands';
import type { ForwardedPort } from '@fairness-deploy/shell';
import { directDatabase, type Database } from '../connection/database.js';
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
  const host = chosenHost(run);
  const { application } = run.environment;
  const database = directDatabase({
    ...{ section, application: application?.name },
    secret: run.secret,
  });
  const port = tunnelOf(section, database, run.options.port ?? LOCAL_PORT);
  const code = await onHosts({ ...run, hosts: [host] }, 'stop', async ([open]) => {
    if (!open) return 1;
    const described = (at: number): string => describedOn(port, at, host, database);
    await keepPortsUp(run, open, [{ port, name: 'The tunnel', described }]);
    return 0;
  });
  return code ?? 1;
}

/** The port, and where it leads. */
export function tunnelOf(section: Section, database: Database, local: number): ForwardedPort {
  const port = Number(database.port.reveal());
  if (section.mode === 'tunnel') {
    const { host, port: there = 5432 } = section.tunnel ?? {};
    return { on: 'host', port, to: { host: host?.reveal() ?? 'localhost', port: there } };
  }
  return { on: 'client', port: local, to: { host: database.host.reveal(), port } };
}

/** What it is, and how to use it. Not the password. */
function describedOn(
  { on, to }: ForwardedPort,
  port: number,
  { name }: Host,
  { host, user, name: database, tls }: Database,
): string {
  if (on === 'host') {
    return `127.0.0.1:${String(port)} of ${name} leads to ${to.host}:${String(to.port)} of this machine, until Ctrl-C`;
  }
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
