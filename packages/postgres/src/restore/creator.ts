import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { defineClient, defineClientFunction } from '../connection/client.js';
import { adminFile, connectionFile } from '../connection/paths.js';
import { PINNED_OPTIONS } from '../connection/pinned-options.js';
import { clusterOf, inCluster } from '../server/cluster.js';
import type { Section } from '../section/section.js';

/** The database of every server that belongs to no application: sessions that create and rename others use it. */
const MAINTENANCE = literal('postgres');

/** A user that nothing else runs as: systemd leaves this range alone (Users, Groups, UIDs and GIDs on systemd Systems). */
const CREATOR_UID = 60_600;

/**
 * Defines the shell function `fd_creator`: psql of a role that may create databases, with SQL on its
 * standard input. With mode local that is the host's superuser, else the role of `admin`, else the
 * application's own. It works in the database `$fd_creator_database`, where that is set. The application
 * decides on nothing in its sessions: see PINNED_OPTIONS.
 */
export function defineCreator(section: Section, application: string): Script {
  const { mode, admin } = section;
  if (mode === 'local') {
    return sh`
      ${inCluster(clusterOf(section))}
      fd_creator() {
        ( fd_super_database=\${fd_creator_database-} && fd_sql )
      }`;
  }
  return lines(
    defineClientFunction({
      name: 'fd_as_creator',
      variables: admin ? adminFile(application) : connectionFile(application),
      // Not the application's user: its processes could read the password of another role in /proc.
      user: CREATOR_UID,
      options: PINNED_OPTIONS,
    }),
    sh`
      fd_creator() {
        ( fd_database=\${fd_creator_database:-${MAINTENANCE}} && fd_as_creator psql -XwqAt -v ON_ERROR_STOP=1 )
      }`,
  );
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
