import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '@fairness-deploy/core';
import { onHosts, type ExitCode, type OpenHost, type Run } from '@fairness-deploy/core/commands';
import type { ForwardedPort, Forwarding } from '@fairness-deploy/shell';
import { failureOf } from '@fairness-deploy/shell/text';
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

/** Seconds between two tries to connect again: at first, and at most. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;

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
  const tunnel = tunnelOf(section, database, run.options.port ?? LOCAL_PORT);
  const code = await onHosts({ ...run, hosts: [host] }, 'stop', async ([open]) => {
    if (!open?.forward) return 1;
    await keepUp(run, { ...open, forward: open.forward }, tunnel, database);
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

type Forwards = OpenHost & Required<Pick<OpenHost, 'forward'>>;

/** @throws Error when the first try fails. Later ones are repeated. */
async function keepUp(
  run: Run<TunnelOptions>,
  { host, forward }: Forwards,
  tunnel: ForwardedPort,
  database: Database,
): Promise<void> {
  const { signal } = run.jobs;
  const isOver = (): boolean => signal.aborted;
  const say = (text: string): void => {
    run.reporter.report({ type: 'notice', host: host.name, text });
  };
  let forwarding: Forwarding | undefined = await forward(tunnel, say, signal);
  say(described(tunnel, forwarding.port, host, database));
  let pause = FIRST_PAUSE_SECONDS;
  while (!isOver()) {
    if (forwarding) {
      const reason: string | undefined = await forwarding.ended;
      if (reason === undefined) return;
      say(`The tunnel was lost: ${reason}. Connecting again`);
      pause = FIRST_PAUSE_SECONDS;
    }
    await sleep(pause * 1000, undefined, { signal }).catch(() => undefined);
    if (isOver()) return;
    pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS);
    forwarding = await forward(tunnel, say, signal).catch((error: unknown) => {
      if (isOver()) return undefined;
      const { message } = failureOf(error);
      say(`${message}. Trying again in ${String(pause)} s`);
      return undefined;
    });
    if (forwarding) say('The tunnel is up again');
  }
}

/** What it is, and how to use it. Not the password. */
function described(
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
