import { createReadStream, statSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import {
  applicationOf,
  without,
  type Environment,
  type Rehearsal,
  type RehearsalContext,
} from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/shell/secret';
import { printedError } from '@fairness-deploy/shell/text';
import { DEADLINE_SECONDS } from './commands/receive-dump.js';
import { tlsOf } from './connection/database.js';
import { databaseHosts } from './connection/database-hosts.js';
import { serverHost } from './connection/server-host.js';
import { loadForRehearsal } from './restore/load-for-rehearsal.js';
import { SECRETS, type ConnectionKey } from './section/needed-secrets.js';
import type { Section } from './section/section.js';

type Context = RehearsalContext<Section>;

const LOOPBACK = '127.0.0.1';
const PORT = '5432';

/** A local database in place of a managed one, and no bucket for backups. */
export const rehearsal: Rehearsal<Section> = {
  replaces: ({ section, environment }) => [
    ...namedServers(section).map((real) => ({ real, host: firstHost(section, environment) })),
    // Hosts by another address than the one that logs in: nobody knows which.
    ...(section.server?.clients ?? [])
      .filter((client) => isIP(client) !== 0)
      .map((real) => ({ real })),
  ],
  section: (context) =>
    withoutBucket(context.section.mode === 'local' ? own(context) : local(context)),
  secrets(context) {
    const { section, environment } = context;
    if (section.mode === 'local') return {};
    const { name } = applicationOf(environment);
    const values: Readonly<Partial<Record<ConnectionKey, string>>> = {
      ...{ host: addressOf(context), port: PORT, user: name, database: name },
    };
    return Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) =>
        secretsOf(section, key as ConnectionKey).map((secret) => [secret, value]),
      ),
    );
  },
  leavesOut: ({ mode, direct, backups }) => [
    ...(mode === 'managed'
      ? [
          'the managed database: its version, extensions, limits, the CA of its certificate and the rights of its roles',
        ]
      : []),
    ...(mode === 'tunnel' ? ["the developer's database, at the other end of the tunnel"] : []),
    ...(direct ? ['the pooler in front of the database'] : []),
    ...(backups?.bucket ? [`the bucket ${backups.bucket.bucket}: backups stay on the host`] : []),
  ],
  async restore(context, file) {
    const { section, environment, host, connection } = context;
    if (serverHost(section, environment)?.name !== host.name) return undefined;
    const { size } = statSync(file);
    const { status, stderr } = await connection.run(loadForRehearsal(context, size), {
      deadline: DEADLINE_SECONDS,
      input: { bytes: size, chunks: createReadStream(file) },
    });
    if (status !== 0) throw printedError(`Cannot restore ${file}: ${stderr.trim()}`);
    return `the database has what is in ${file}`;
  },
};

/** The names of the secrets that a setting of the connection is made of alone. */
function secretsOf(section: Section, key: ConnectionKey): readonly string[] {
  const written = section[key];
  if (written === undefined) return [SECRETS[key]];
  return written.parts.length === 1 ? written.secrets.map(({ name }) => name) : [];
}

/**
 * A local server on the first host of the section; the role and the database have their names. It has the
 * certificate of the stage, which all hosts trust: clients check what they would check of the real one.
 */
function local({ section, environment, stage }: Context): Section {
  const { name } = applicationOf(environment);
  const { address, inner, others, first } = placesOf({ section, environment, stage });
  const named = namedServers(section);
  const tls = tlsOf(section);
  const isChecked = tls !== 'disable';
  const { certificateFile, keyFile } = stage.certificate;
  const elsewhere = [
    // Names lead to it, also from the host itself.
    ...(others.length > 0 || named.length > 0 ? [inner] : []),
    ...(isChecked ? named.filter((real) => isIPv4(real)) : []),
  ];
  return {
    ...without(section, 'direct', 'admin', 'tunnel'),
    mode: 'local',
    host: Text.of(address),
    port: Text.of(PORT),
    user: section.user ?? Text.of(name),
    database: section.database ?? Text.of(name),
    tls,
    ...(section.ca !== undefined && { ca: certificateFile }),
    server: {
      ...{ extensions: [], settings: {}, memory: 'none' },
      // A server at a public address must name some; the host itself may log in anyway.
      clients: others.length > 0 || elsewhere.length === 0 ? others : [LOOPBACK],
      ...(isChecked && { certificate: Text.of(certificateFile), key: Text.of(keyFile) }),
      ...(elsewhere.length > 0 && { runsOn: first, listen: [LOOPBACK, ...elsewhere] }),
    },
  };
}

/** The server that the environment itself has on a host, at the address that its host has on the stage. */
function own(context: Context): Section {
  const { section, stage } = context;
  const { host, server } = section;
  const { inner, others } = placesOf(context);
  const { certificateFile, keyFile } = stage.certificate;
  const elsewhere = {
    ...section,
    ...(host && !isOnItself(host) && { host: Text.of(inner) }),
  };
  if (!server) return elsewhere;
  return {
    ...elsewhere,
    server: {
      ...server,
      ...(server.listen && { listen: [...new Set([LOOPBACK, inner])] }),
      ...(server.clients.length > 0 && { clients: others }),
      ...(server.certificate && {
        ...{ certificate: Text.of(certificateFile), key: Text.of(keyFile) },
      }),
    },
  };
}

/** The servers that the section names in plain text, besides those of the hosts themselves. */
function namedServers({ host, direct, server }: Section): readonly string[] {
  const named = [host, direct?.host].filter((text) => text !== undefined);
  const plain = named.filter((text) => text.secrets.length === 0 && !isOnItself(text));
  const listen = (server?.listen ?? []).filter((address) => !isOnItself(Text.of(address)));
  return [...new Set([...plain.map(String), ...listen])];
}

/** Whether a host means its own server by it: the loopback address, or the folder of a socket (libpq's `host`). */
function isOnItself(host: Text): boolean {
  return host.secrets.length === 0 && /^(?:localhost$|127\.|::1$|\/)/.test(host.toString());
}

function addressOf(context: Context): string {
  return placesOf(context).address;
}

/** The name of the host that has the server on the stage. */
function firstHost({ server }: Section, environment: Environment): string {
  return server?.runsOn ?? databaseHosts(environment)[0]?.name ?? '';
}

/** Where the server is on the stage: its host's address there, and the one that clients need. */
function placesOf({ section, environment, stage }: Context) {
  const names = databaseHosts(environment).map(({ name }) => name);
  const first = firstHost(section, environment);
  const others = stage.hosts.filter(({ name }) => name !== first && names.includes(name));
  const inner = stage.hosts.find(({ name }) => name === first)?.address ?? LOOPBACK;
  return {
    ...{ first, inner, others: others.map((host) => host.address) },
    address: others.length > 0 ? inner : LOOPBACK,
  };
}

function withoutBucket(section: Section): Section {
  const { backups } = section;
  if (!backups?.bucket) return section;
  return { ...section, backups: without(backups, 'bucket') };
}
