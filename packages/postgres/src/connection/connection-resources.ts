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
  const { name } = applicationOf(context.environment);
  const state = directory({ path: dirname(stateFolder(name)), mode: '0700', parents: true });
  const folder = directory({ path: stateFolder(name), mode: '0700' }, { after: [state] });
  const variables = file(
    { path: connectionFile(name), mode: '0600', content: connectionText(context) },
    { after: [folder] },
  );
  return [
    ...[state, folder, variables],
    adminResource(context, folder),
    ...caResources(context, name),
  ];
}

/** Where Debian's server has its socket; only the user postgres can put another one there. */
const SOCKET_FOLDER = '/var/run/postgresql';

/**
 * The database as our own programs reach it from the host. On the server's own host that is its socket: while
 * the server is down, every user of the host can listen on its port, and ask for the password.
 */
function fromHost({ environment, section, host, secret }: PluginContext<Section>): Database {
  const { name: application } = applicationOf(environment);
  const database = directDatabase({ section, application, secret });
  const isServer = serverHost(section, environment)?.name === host.name;
  return isServer && section.host === undefined
    ? { ...database, host: Text.of(SOCKET_FOLDER) }
    : database;
}

/** The file of the connection on the host. */
export function connectionText(context: PluginContext<Section>): Text {
  return variablesText(connectionVariables(fromHost(context)));
}

/** The same for the role that creates databases. */
function adminResource(context: PluginContext<Section>, folder: Resource): Resource {
  const path = adminFile(applicationOf(context.environment).name);
  const { admin } = context.section;
  if (!admin) return file({ path }, { ensure: 'absent' });
  const variables = connectionVariables({ ...fromHost(context), ...admin });
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
