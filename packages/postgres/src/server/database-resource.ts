import { defineResource } from '@fairness-deploy/core/resources';
import { lines, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { sql } from '../connection/sql.js';
import { clusterProbe, inCluster, ownedIn, subjectOf, type ClusterIdentity } from './cluster.js';
import { inDatabase, runSql } from './sql.js';

/** The database of an application. */
export interface DatabaseSpec {
  readonly cluster: ClusterIdentity;
  readonly application: string;
  readonly database: Text;
  /** The role that it belongs to. */
  readonly user: Text;
  readonly extensions: readonly string[];
}

interface State {
  readonly owner: string;
  /** Whether the owner owns the schema `public`; undefined: there is none. */
  readonly 'schema public': string | undefined;
  /** What every role of the server may do. */
  readonly everybody: readonly string[];
  /** Of those that are declared. */
  readonly extensions: readonly string[];
  readonly server: string;
}

interface Found {
  readonly isOwner: boolean;
  readonly everybody: readonly string[];
}

interface FoundWithin {
  readonly schema: boolean | null;
  readonly everybody: readonly string[];
  readonly extensions: readonly string[];
}

/**
 * The database of an application. Its role owns it, and its schema `public`: since version 15, no other
 * role may create anything there. Only `--drop-database` removes a database; nothing removes an extension.
 */
export const database = defineResource<DatabaseSpec, State>({
  type: 'postgres-database',
  name: ({ application }) => application,
  owns: ({ cluster, database: name }) => ownedIn(cluster, 'postgres-database', name),
  questions: ({ cluster }) => [{ probe: clusterProbe, subject: subjectOf(cluster) }],
  read: ({ database: name, user, extensions }) => sh`
    [ -n "$fd_cluster" ] || exit 0
    if [ -z "$fd_running" ]; then
      echo stopped
      exit 0
    fi
    fd_found=$(${runSql(sql`SELECT json_build_object('isOwner', pg_get_userbyid(datdba) = ${quoteLiteral(user)}, 'everybody',
      array_remove(ARRAY[CASE WHEN has_database_privilege('public', oid, 'CONNECT') THEN 'connect' END], NULL))
      FROM pg_database WHERE datname = ${quoteLiteral(name)}`)})
    [ -n "$fd_found" ] || exit 0
    printf '%s\n' "$fd_found"
    ${inDatabase(name)}
    ${runSql(sql`SELECT json_build_object(
      'schema', (SELECT pg_get_userbyid(nspowner) IN (${quoteLiteral(user)}, 'pg_database_owner') FROM pg_namespace WHERE nspname = 'public'),
      'everybody', array_remove(ARRAY(SELECT CASE WHEN has_schema_privilege('public', oid, 'CREATE') THEN 'create' END FROM pg_namespace WHERE nspname = 'public'), NULL),
      'extensions', ARRAY(SELECT extname FROM pg_extension WHERE extname IN (${list(extensions)}) ORDER BY extname COLLATE "C"))`)}`,
  parse(output, spec) {
    const desired = desiredState(spec);
    if (output.trim() === 'stopped') return { ...desired, server: 'stopped' };
    const [first = '', second = ''] = output.split('\n');
    const found: unknown = JSON.parse(first);
    const within: unknown = JSON.parse(second);
    // Sound: it is what the queries above make.
    const { isOwner, everybody } = found as Found;
    const { schema, everybody: inSchema, extensions } = within as FoundWithin;
    return {
      owner: isOwner ? OWNER : 'another role',
      'schema public': schema === null ? desired['schema public'] : schema ? OWNER : 'another role',
      everybody: [...everybody, ...inSchema],
      extensions,
      server: 'running',
    };
  },
  desired: desiredState,
  write: ({ cluster, database: name, user, extensions }) =>
    lines(
      inCluster(cluster),
      runSql(sql`
        SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING UTF8 LC_COLLATE %L LC_CTYPE %L',
            ${quoteLiteral(name)}, ${quoteLiteral(user)}, locale[1], locale[2])
          FROM (SELECT CASE WHEN pg_encoding_to_char(encoding) = 'UTF8' THEN ARRAY[datcollate, datctype]::text[]
            ELSE ARRAY['C.UTF-8', 'C.UTF-8'] END AS locale FROM pg_database WHERE datname = 'template1') AS usual
          WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${quoteLiteral(name)}) \gexec
        ALTER DATABASE ${quoteIdentifier(name)} OWNER TO ${quoteIdentifier(user)};
        REVOKE CONNECT ON DATABASE ${quoteIdentifier(name)} FROM PUBLIC;`),
      inDatabase(name),
      runSql(sql`
        SELECT format('ALTER SCHEMA public OWNER TO %I', ${quoteLiteral(user)}) FROM pg_namespace
          WHERE nspname = 'public' AND pg_get_userbyid(nspowner) NOT IN (${quoteLiteral(user)}, 'pg_database_owner') \gexec
        SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \gexec`),
      ...extensions.map(
        (extension) => sh`
          fd_there=$(${runSql(sql`SELECT 'yes' FROM pg_available_extensions WHERE name = ${quoteLiteral(extension)}`)})
          if [ -z "$fd_there" ]; then
            printf 'Cannot create the extension "%s": the server does not have it\n' ${extension} >&2
            printf '  → install its Debian package: server: { packages: [postgresql-%s-…] }; apt-cache search postgresql-%s\n' "$fd_version" "$fd_version" >&2
            exit 1
          fi
          ${runSql(sql`SET search_path = public; CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(extension)} CASCADE;`)}`,
      ),
    ),
});

const OWNER = 'the role of the application';

function desiredState({ extensions }: DatabaseSpec): State {
  return {
    ...{ owner: OWNER, 'schema public': OWNER, everybody: [], server: 'running' },
    extensions: [...new Set(extensions)].sort(),
  };
}

function list(names: readonly string[]): Text {
  const quoted = names.map((name) => quoteLiteral(name));
  return Text.of(...['', ...quoted].flatMap((one, at) => (at === 0 ? ["''"] : [', ', one])));
}
