import { dirname } from 'node:path/posix';
import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import {
  byFact,
  directory,
  file,
  MANAGED_NOTE,
  service,
  type Resource,
} from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { databaseOf } from '../connection/database.js';
import { networkDropIn } from '../connection/paths.js';
import { serverSchema, type ServerSection } from '../section/server-schema.js';
import type { Section } from '../section/section.js';
import { access } from './access-resource.js';
import { serverCertificate } from './certificate.js';
import { clusterOf, type ClusterIdentity } from './cluster.js';
import { cluster as clusterResource } from './cluster-resource.js';
import { database as databaseResource } from './database-resource.js';
import { megabytesOf, settingsFor, steadyMemory } from './memory.js';
import { noOldCertificates } from './old-certificates.js';
import { packageResources } from './packages.js';
import { role } from './role-resource.js';
import { serverHost } from '../connection/server-host.js';
import { isLoopback } from './addresses.js';
import { serverSettings, SETTINGS_FILE } from './settings-resource.js';
import { memoryIn, MEMORY_NOTE_LINE, settingValue, type Settings } from './settings-text.js';

/** Addresses of networks may come after the server at boot, which then would not listen on them. */
const AFTER_NETWORK = `# ${MANAGED_NOTE}
[Unit]
Wants=network-online.target
After=network-online.target
`;

/** systemd reads this file at boot; no reload is needed. */
function bootAfterNetwork(
  { listen }: Pick<ServerSection, 'listen'>,
  application: string,
  after: readonly Resource[],
): readonly Resource[] {
  const path = networkDropIn(application);
  if (listen?.every(isLoopback) ?? true) return [file({ path }, { ensure: 'absent' })];
  const folder = directory({ path: dirname(path) }, { after });
  return [folder, file({ path, content: AFTER_NETWORK }, { after: [folder] })];
}

/** What the host needs: programs for clients in all modes, the server with the mode local. */
export function serverResources(context: PluginContext<Section>): readonly Resource[] {
  const { environment, section, host, secret } = context;
  const isServer = serverHost(section, environment)?.name === host.name;
  const packages = packageResources(section, { isServer, folder: environment.folder });
  if (!isServer) return packages;
  const { name: application } = applicationOf(environment);
  const { user, password, name: database } = databaseOf({ section, application, secret });
  const server = section.server ?? serverSchema.parse({});
  const own = clusterOf(section);
  const shared = { cluster: own, application };
  const cluster = clusterResource(own, { after: packages.slice(-1) });
  const certificate = serverCertificate(server, {
    ...{ folder: environment.folder, application, after: [cluster] },
  });
  const settings = settingsResource(server, own, {
    after: [cluster, ...(certificate?.resources ?? [])],
    ...(certificate && { certificate }),
  });
  const old = noOldCertificates(
    { application, digest: certificate?.digest },
    { after: [settings] },
  );
  const ofRole = role(
    { ...shared, user, password, environment: environment.name },
    { after: [cluster] },
  );
  const ofDatabase = databaseResource(
    { ...shared, database, user, extensions: server.extensions },
    { after: [ofRole], follows: [settings] },
  );
  const login = access(
    {
      ...{ ...shared, user: user.reveal(), database: database.reveal() },
      ...{ clients: server.clients, tls: certificate !== undefined },
    },
    { after: [ofRole], follows: [settings] },
  );
  return [
    ...packages,
    service({ unit: 'postgresql', enabled: true }, { after: packages.slice(-1) }),
    ...bootAfterNetwork(server, application, packages.slice(-1)),
    ...[cluster, ...(certificate?.resources ?? []), settings, old, ofRole, ofDatabase, login],
  ];
}

interface SettingsContext {
  readonly after: readonly Resource[];
  readonly certificate?: { readonly certificateFile: string; readonly keyFile: string };
}

/** Those from the memory come first, then what the section says, then the settings of the user. */
function settingsResource(
  { listen, memory, settings }: ServerSection,
  cluster: ClusterIdentity,
  { after, certificate }: SettingsContext,
): Resource {
  const declared: Settings = {
    ...(listen && { listen_addresses: listen.join(', ') }),
    ...(certificate && {
      ...{ ssl: 'on', ssl_cert_file: certificate.certificateFile },
      ssl_key_file: certificate.keyFile,
    }),
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, settingValue(value)]),
    ),
  };
  const make = (megabytes: number | undefined): Settings => ({
    ...(megabytes === undefined ? {} : settingsFor(megabytes)),
    ...declared,
  });
  if (memory !== undefined) {
    const megabytes = memory === 'none' ? undefined : megabytesOf(memory);
    const spec = { cluster, settings: make(megabytes), memory: megabytes };
    return serverSettings(spec, { after });
  }
  return byFact(
    {
      fact: MEMORY,
      resource(fact, options) {
        const [machine = '0', ...note] = fact.split(' ');
        const megabytes = steadyMemory(
          Math.floor(Number(machine) / 1024),
          memoryIn(note.join(' ')),
        );
        const spec = { cluster, settings: make(megabytes), memory: megabytes };
        return serverSettings(spec, options);
      },
    },
    { after },
  );
}

/** Prints the machine's memory in kB, and the line of our settings that says for which memory they are. */
const MEMORY = sh`
  fd_note=
  [ -z "\${fd_cluster-}" ] || fd_note=$(fd_as_postgres sed -n ${MEMORY_NOTE_LINE}p -- ${SETTINGS_FILE} 2>/dev/null) || fd_note=
  printf '%s %s\n' "$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)" "$fd_note"`;
