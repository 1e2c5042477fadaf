import { resolve } from 'node:path';
import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { directory, file, readProjectFile, type Resource } from '@fairness-deploy/core/resources';
import { dirname } from 'node:path/posix';
import { Text } from '@fairness-deploy/shell/secret';
import { serverHost } from './server-host.js';
import type { Section } from '../section/section.js';
import { connectionVariables, variablesText } from './connection-variables.js';
import { directDatabase, type Database } from './database.js';
import { adminFile, caFile, connectionFile, stateFolder } from './paths.js';

/** The files by which clients on the host reach the database. */
export function connectionResources(context: PluginContext<Section>): readonly Resource[] {
  const { environment, section, secret } = context;
  const { name } = applicationOf(environment);
  const database = fromHost(context, directDatabase({ section, application: name, secret }));
  const state = directory({ path: dirname(stateFolder(name)), mode: '0700', parents: true });
  const folder = directory({ path: stateFolder(name), mode: '0700' }, { after: [state] });
  const variables = file(
    {
      path: connectionFile(name),
      mode: '0600',
      content: variablesText(connectionVariables(database)),
    },
    { after: [folder] },
  );
  return [
    ...[state, folder, variables],
    adminResource(section, { name, database, folder }),
    ...caResources(context, name),
  ];
}

/** Where Debian's server has its socket; only the user postgres can put another one there. */
const SOCKET_FOLDER = '/var/run/postgresql';

/**
 * The database as our own programs reach it. On the server's own host that is its socket: while the server is
 * down, every user of the host can listen on its port, and ask for the password.
 */
function fromHost(
  { environment, section, host }: PluginContext<Section>,
  database: Database,
): Database {
  const isServer = serverHost(section, environment)?.name === host.name;
  return isServer && section.host === undefined
    ? { ...database, host: Text.of(SOCKET_FOLDER) }
    : database;
}

interface AdminContext {
  /** The application's. */
  readonly name: string;
  readonly database: Database;
  readonly folder: Resource;
}

/** The same for the role that creates databases. */
function adminResource({ admin }: Section, { name, database, folder }: AdminContext): Resource {
  const path = adminFile(name);
  if (!admin) return file({ path }, { ensure: 'absent' });
  const variables = connectionVariables({ ...database, ...admin });
  return file({ path, mode: '0600', content: variablesText(variables) }, { after: [folder] });
}

function caResources(
  { environment, section }: PluginContext<Section>,
  name: string,
): readonly Resource[] {
  const path = caFile(name);
  if (section.ca === undefined) return [file({ path }, { ensure: 'absent' })];
  const folder = directory({ path: dirname(path), parents: true });
  const content = readProjectFile(resolve(environment.folder, section.ca));
  return [folder, file({ path, content }, { after: [folder] })];
}
