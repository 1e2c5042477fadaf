import { HintedError } from '@fairness-deploy/shell/text';
import { Text, type Secret } from '@fairness-deploy/shell/secret';
import { defaultSecrets, SECRETS, type ConnectionKey } from '../section/needed-secrets.js';
import type { Section } from '../section/section.js';
import type { TlsMode } from '../section/tls-mode.js';
import { caFile } from './paths.js';

/** A database, and the role that logs in to it, as clients on the environment's hosts reach it. */
export interface Database {
  readonly host: Text;
  readonly port: Text;
  readonly user: Text;
  readonly password: Text;
  readonly name: Text;
  readonly tls: TlsMode;
  /** The file of the CA on the host; undefined: the CAs of its system, if `tls` checks any. */
  readonly ca?: string;
}

/** What the settings of a connection follow from. */
export interface ConnectionContext {
  readonly section: Section;
  /** The application's name. */
  readonly application: string | undefined;
  /** A secret that the plugin needs, by its name. */
  readonly secret: (name: string) => Secret;
}

const LOOPBACK = '127.0.0.1';
/** PostgreSQL's own. */
export const PORT = '5432';

/**
 * The database of the application, with the role of the application.
 *
 * @throws HintedError when a secret is missing or cannot be opened, or the application has no name.
 */
export function databaseOf(context: ConnectionContext): Database {
  const { section, application } = context;
  const { mode } = section;
  const local = mode === 'local' ? application : undefined;
  const defaults: Readonly<Partial<Record<ConnectionKey, string | undefined>>> = {
    host: LOOPBACK,
    port: PORT,
    user: local,
    database: local,
  };
  const value = (key: ConnectionKey): Text => {
    const written = section[key];
    if (written !== undefined) return written;
    if (defaultSecrets(section).includes(key)) return Text.of(context.secret(SECRETS[key]));
    const usual = defaults[key];
    if (usual !== undefined) return Text.of(usual);
    throw new HintedError(`Cannot find the ${key} of the database: the application has no name`, {
      hint: `add it: postgres: { ${key}: … }`,
    });
  };
  return {
    ...{ host: value('host'), port: value('port'), user: value('user') },
    ...{ password: value('password'), name: value('database') },
    tls: tlsOf(section),
    ...(section.ca !== undefined && application !== undefined && { ca: caFile(application) }),
  };
}

/** What clients check of the server: by default all, where others may be between. */
export function tlsOf({ mode, tls }: Pick<Section, 'mode' | 'tls'>): TlsMode {
  return tls ?? (mode === 'managed' ? 'verify-full' : 'disable');
}

/** The same database, reached without a pooler, which loses advisory locks and settings of sessions. */
export function directDatabase(context: ConnectionContext): Database {
  const database = databaseOf(context);
  const { host = database.host, port = database.port } = context.section.direct ?? {};
  return { ...database, host, port };
}
