import { Text } from '@fairness-deploy/shell/secret';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { asCreator } from './creator.js';

/** The database of the application, and an empty one beside it. */
export interface Scratch {
  /** The application's database, whose encoding, locale, settings and rights the new one gets. */
  readonly like: Text;
  readonly name: Text;
  /** The application's role, which owns it. */
  readonly owner: Text;
}

/**
 * Creates a database like the application's, as the creator: see defineCreator(). It is empty but for the
 * extensions that the application's role may not create: see loadDump().
 */
export function createScratch({ like, name, owner }: Scratch): Script {
  const [old, scratch, role] = [quoteLiteral(like), quoteLiteral(name), quoteLiteral(owner)];
  return sh`
    fd_there=$(
      ${asCreator(Text.of('SELECT count(*) FROM pg_database WHERE datname = ', old, ';'))}
    )
    [ "$fd_there" = 1 ] || ${fail('Cannot create a database like that of the application: the server has none of its name', 'provision first, or correct its name: db-check')}
    ${asCreator(
      Text.of(...['SELECT ', old, ' AS old, ', scratch, ' AS new, ', role, ' AS owner'], CREATE),
    )}`;
}

/**
 * The columns of pg_database differ between versions: 15 has daticulocale, 17 datlocale. A setting that is a
 * list, such as search_path, is stored with its quotes (PostgreSQL's manual, 53.14).
 */
const CREATE = String.raw` \gset
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L CONNECTION LIMIT %s %s',
  :'new', :'owner', pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
  CASE to_jsonb(d)->>'datlocprovider' WHEN 'i' THEN
    format('LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d)->>'daticulocale', to_jsonb(d)->>'datlocale')) END)
FROM pg_database d WHERE datname = :'old' \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'new')
FROM pg_database WHERE datname = :'old' AND datacl IS NOT NULL \gexec
SELECT format('GRANT %s ON DATABASE %I TO %s', privilege_type, :'new',
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM pg_database, aclexplode(datacl) WHERE datname = :'old' AND grantee <> datdba \gexec
SELECT format(CASE WHEN name IN ('search_path', 'session_preload_libraries', 'temp_tablespaces')
  THEN 'ALTER %s SET %I TO %s' ELSE 'ALTER %s SET %I TO %L' END,
  CASE setrole WHEN 0 THEN format('DATABASE %I', :'new')
    ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(setrole), :'new') END, name, value)
FROM pg_db_role_setting, unnest(setconfig) AS one,
  LATERAL (SELECT split_part(one, '=', 1), substr(one, strpos(one, '=') + 1)) AS setting (name, value)
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = :'old') \gexec
SELECT current_user <> :'owner' AS other \gset
\if :other
\connect :"old"
SELECT coalesce(string_agg(format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %2$I; CREATE EXTENSION IF NOT EXISTS %3$I WITH SCHEMA %1$I CASCADE;',
  nspname, :'owner', e.extname), ' ' ORDER BY e.oid), '') AS extensions
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
WHERE v.superuser AND NOT v.trusted AND e.extname <> 'plpgsql' \gset
\connect :"new"
:extensions
\endif
`;

/** Drops a database and ends its sessions; nothing when there is none. */
export function dropDatabase(name: Text): Script {
  return asCreator(Text.of('DROP DATABASE IF EXISTS ', quoteIdentifier(name), ' WITH (FORCE);'));
}

/** Fails when the creator may not create databases, before anything is done. */
export const CHECK_CREATOR: Script = sh`
  fd_may=$(printf '%s\n' "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user;" | fd_creator)
  [ "$fd_may" = t ] || {
    echo 'Cannot restore: the role may create no databases' >&2
    echo '  → ALTER ROLE <role> CREATEDB, or name another role: postgres: { admin: { user, password } }' >&2
    exit 1
  }`;
