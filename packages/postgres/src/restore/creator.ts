import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { defineClient } from '../connection/client.js';
import { adminFile } from '../connection/paths.js';
import { clusterOf, inCluster } from '../server/cluster.js';
import type { Section } from '../section/section.js';

/** The database of every server that belongs to no application: sessions that create and rename others use it. */
const MAINTENANCE = 'dbname=postgres';

/**
 * Defines the shell function `fd_creator`: psql of a role that may create databases, with SQL on its
 * standard input. With mode local that is the host's superuser, else the role of `admin`, else the
 * application's own. It needs `fd_pg`: see defineClient().
 */
export function defineCreator(section: Section, application: string): Script {
  const { mode, admin } = section;
  if (mode === 'local') {
    return sh`
      ${inCluster(clusterOf(section))}
      fd_creator() {
        ( fd_database= && fd_sql )
      }`;
  }
  const psql = sh`psql -XAtq -v ON_ERROR_STOP=1 -d ${MAINTENANCE}`;
  if (!admin) return sh`fd_creator() { fd_pg ${psql}; }`;
  return sh`
    fd_creator() {
      (
        # shellcheck source=/dev/null
        . ${adminFile(application)}
        export HOME=/nonexistent
        cd /
        ${psql}
      )
    }`;
}

/** Runs SQL as the creator. */
export function asCreator(sql: Text): Script {
  return sh`printf '%s\n' ${sql} | fd_creator`;
}

/** A script with `fd_pg` and `fd_creator`. */
export function withClients(
  { environment, section }: PluginContext<Section>,
  script: Script,
): Script {
  const { name, user } = applicationOf(environment);
  return lines(defineCreator(section, name), defineClient(user, name), script);
}
