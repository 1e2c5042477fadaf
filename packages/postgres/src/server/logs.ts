import { tailOf, type LogSource, type PluginContext } from '@fairness-deploy/core';
import { lines, literal, sh } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { clusterOf, inCluster } from './cluster.js';
import { serverHost } from '../connection/server-host.js';

/** The server's log, on its host. */
export function serverLogs(context: PluginContext<Section>): readonly LogSource[] {
  const { environment, section, host } = context;
  if (serverHost(section, environment)?.name !== host.name) return [];
  const log = literal('"/var/log/postgresql/postgresql-$fd_version-$fd_cluster.log"');
  const files = lines(
    inCluster(clusterOf(section)),
    sh`
      [ -z "$fd_cluster" ] || ${tailOf(log)}`,
  );
  return [{ name: 'postgresql', files }];
}
