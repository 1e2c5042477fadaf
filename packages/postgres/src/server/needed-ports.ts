import type { NeededPort, PluginContext } from '@fairness-deploy/core';
import { serverHost } from '../connection/server-host.js';
import type { Section } from '../section/section.js';
import { clusterOf } from './cluster.js';

/** The server's port, for its clients on other hosts. */
export function neededPorts({
  environment,
  section,
  host,
}: PluginContext<Section>): readonly NeededPort[] {
  if (serverHost(section, environment)?.name !== host.name) return [];
  const { clients = [] } = section.server ?? {};
  if (clients.length === 0) return [];
  return [{ port: Number(clusterOf(section).port), what: 'PostgreSQL', from: clients }];
}
