import type { LogSource, PluginContext } from '@fairness-deploy/core';
import { lines, sh } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { clusterOf, inCluster } from './cluster.js';
import { serverHost } from '../connection/server-host.js';

/** The most that is shown: one statement may be as long as a disk. */
const LIMIT_BYTES = 1024 * 1024;

/** The server's log, on its host. Its folder is open to the user postgres, who reads it. */
export function serverLogs(context: PluginContext<Section>): readonly LogSource[] {
  const { environment, section, host } = context;
  if (serverHost(section, environment)?.name !== host.name) return [];
  const find = lines(
    inCluster(clusterOf(section)),
    sh`
      fd_log=/var/log/postgresql/postgresql-$fd_version-$fd_cluster.log
      [ -n "$fd_cluster" ] || exit 0`,
  );
  return [
    {
      name: 'postgresql',
      read: ({ lines: count, since }) => sh`
        ${find}
        [ -f "$fd_log" ] || exit 0
        ${since === undefined ? sh`:` : sh`[ "$(fd_as_postgres stat -c %Y -- "$fd_log")" -ge ${since} ] || exit 0`}
        fd_as_postgres tail -n ${count} -- "$fd_log" | tail -c ${LIMIT_BYTES}`,
      follow: sh`
        ${find}
        exec setpriv --reuid postgres --regid postgres --init-groups -- tail -n 0 -F -- "$fd_log" 2>/dev/null`,
    },
  ];
}
