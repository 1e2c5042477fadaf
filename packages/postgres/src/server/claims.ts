import { applicationOf, type Claim, type PluginContext } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';
import { databaseOf } from '../connection/database.js';
import type { Section } from '../section/section.js';
import { clusterOf } from './cluster.js';
import { serverHost } from '../connection/server-host.js';

/**
 * What the environment uses of the server alone: a database and a role. The port and the settings belong
 * to the server: environments that share it must agree on them.
 */
export function serverClaims(context: PluginContext<Section>): readonly Claim[] {
  const { environment, section, host, secret } = context;
  if (serverHost(section, environment)?.name !== host.name) return [];
  const { name: application } = applicationOf(environment);
  const { user, name } = databaseOf({ section, application, secret });
  const { port } = clusterOf(section);
  const { listen, memory, settings, certificate } = section.server ?? {};
  const declared = {
    ...{ listen, memory, settings },
    // A server has one, in a folder of the application.
    ...(certificate && { certificate: `${String(certificate)} of ${application}` }),
  };
  return [
    { what: `the port ${port}`, is: 'for PostgreSQL' },
    { what: `the settings of PostgreSQL on the port ${port}`, is: JSON.stringify(declared) },
    ...named('database', name, application),
    ...named('role', user, application),
  ];
}

/** A secret name cannot be compared with another: both are shown as ***. */
function named(what: string, name: Text, application: string): readonly Claim[] {
  if (name.secrets.length > 0) return [];
  const is = `for ${application}`;
  return [{ what: `the ${what} ${JSON.stringify(name.reveal())} of PostgreSQL`, is }];
}
