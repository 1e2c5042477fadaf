import type { PluginContext } from '@fairness-deploy/core';
import type { DeveloperMachine, KeptPort } from '@fairness-deploy/core/commands';
import type { ForwardedPort } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { PORT } from './database.js';

/**
 * The port of the host that leads to the server of the developer, with mode tunnel.
 *
 * @param databasePort of that server, instead of the section's `tunnel.port`
 */
export function developerPort(
  { direct, port, tunnel }: Section,
  databasePort?: number,
): ForwardedPort {
  const listened = direct?.port ?? port;
  return {
    ...{ on: 'host', port: Number(listened?.reveal() ?? PORT) },
    to: {
      host: tunnel?.host?.reveal() ?? 'localhost',
      port: databasePort ?? tunnel?.port ?? Number(PORT),
    },
  };
}

/** The same, for a command that keeps it up. */
export function developerTunnel(
  { section, environment, host }: Pick<PluginContext<Section>, 'section' | 'environment' | 'host'>,
  { databasePort }: DeveloperMachine = {},
): KeptPort {
  const port = developerPort(section, databasePort);
  const { to } = port;
  return {
    port,
    name: 'The tunnel to PostgreSQL',
    described: (at) =>
      `127.0.0.1:${String(at)} of ${host.name} leads to PostgreSQL of this machine (${to.host}:${String(to.port)}), until Ctrl-C`,
    otherwise: `another tunnel, or a PostgreSQL on the host, may have the port; see which: npx nx run ${environment.name}:ssh -- --host=${host.name} 'sudo ss -ltnp sport = :${String(port.port)}'`,
  };
}
