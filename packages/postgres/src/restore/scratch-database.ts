import { fail, sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { sql } from '../connection/sql.js';
import { asCreator } from './creator.js';

/** The database of the application, and another one beside it. */
export interface Scratch {
  /** The application's database. */
  readonly like: Text;
  readonly name: Text;
  /** The application's role, which owns it. */
  readonly owner: Text;
}

/**
 * Creates a database like the application's, as the creator: see defineCreator(). It is empty but for the
 * extensions that the application's role may not create: see loadDump(). It gets the settings and rights of
 * the application's database later: see copySettings().
 */
export function createScratch({ like, name, owner }: Scratch): Script {
  return sh`
    fd_there=$(
      ${asCreator(sql`SELECT count(*) FROM pg_database WHERE datname = ${quoteLiteral(like)};`)}
    )
    [ "$fd_there" = 1 ] || ${fail('Cannot create a database like that of the application: the server has none of its name', 'provision first, or correct its name: db-check')}
    ${asCreator(Text.of(names({ like, name, owner }), CREATE))}
    fd_extensions=$(
      fd_creator_database=${like}
      ${asCreator(Text.of(names({ like, name, owner }), EXTENSIONS))}
    )
    if [ -n "$fd_extensions" ]; then
      (
        fd_creator_database=${name}
        # Each line is a statement that the query above has quoted; no line is a command of psql.
        printf '%s\n' "$fd_extensions" | grep '^CREATE ' | fd_creator
      )
    fi`;
}

/** Gives a database the settings, rights and comment of the application's, as the creator. */
export function copySettings(scratch: Scratch): Script {
  return asCreator(Text.of(names(scratch), SETTINGS));
}

/** Variables of psql, which quotes them where they are used. */
function names({ like, name, owner }: Scratch): Text {
  return sql`SELECT ${quoteLiteral(like)} AS old, ${quoteLiteral(name)} AS new, ${quoteLiteral(owner)} AS owner \gset
`;
}

/**
 * The columns of pg_database differ between versions: 15 has daticulocale, 17 datlocale; the providers come with
 * 15, the provider builtin with 17, the rules of ICU with 16.
 */
const CREATE = String.raw`
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L CONNECTION LIMIT %s %s %s',
  :'new', :'owner', pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
  CASE WHEN spcname <> 'pg_default' THEN format('TABLESPACE %I', spcname) END,
  CASE row->>'datlocprovider'
    WHEN 'c' THEN 'LOCALE_PROVIDER libc'
    WHEN 'b' THEN format('LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', row->>'datlocale')
    WHEN 'i' THEN format('LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(row->>'daticulocale', row->>'datlocale'))
      || coalesce(format(' ICU_RULES %L', row->>'daticurules'), '')
  END)
FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace, to_jsonb(d) AS row
WHERE datname = :'old' \gexec
`;

/** A line each, for the extensions that only a superuser may create. */
const EXTENSIONS = String.raw`
SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %2$I; CREATE EXTENSION IF NOT EXISTS %3$I WITH SCHEMA %1$I CASCADE;',
  nspname, :'owner', e.extname)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
WHERE v.superuser AND NOT v.trusted AND e.extname <> 'plpgsql' AND current_user <> :'owner'
  AND nspname !~ '[\n\r]' ORDER BY e.oid;
`;

/**
 * A setting that is a list, such as search_path, is stored with its quotes; an empty one as "" (PostgreSQL's
 * manual, 53.14).
 */
const SETTINGS = String.raw`
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'new')
FROM pg_database WHERE datname = :'old' AND datacl IS NOT NULL \gexec
SELECT format('GRANT %s ON DATABASE %I TO %s', privilege_type, :'new',
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM pg_database, aclexplode(datacl) WHERE datname = :'old' AND grantee <> datdba \gexec
SELECT format('COMMENT ON DATABASE %I IS %L', :'new', shobj_description(oid, 'pg_database'))
FROM pg_database WHERE datname = :'old' AND shobj_description(oid, 'pg_database') IS NOT NULL \gexec
SELECT format(CASE WHEN value IN ('', '""') THEN 'ALTER %s SET %I TO '''''
  WHEN name IN ('search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces') THEN 'ALTER %s SET %I TO %s'
  ELSE 'ALTER %s SET %I TO %L' END,
  CASE setrole WHEN 0 THEN format('DATABASE %I', :'new')
    ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(setrole), :'new') END, name, value)
FROM pg_db_role_setting, unnest(setconfig) AS one,
  LATERAL (SELECT split_part(one, '=', 1), substr(one, strpos(one, '=') + 1)) AS setting (name, value)
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = :'old') \gexec
`;

/** Drops a database and ends its sessions; nothing when there is none. */
export function dropDatabase(name: Text): Script {
  return asCreator(sql`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE);`);
}

/** Fails when the creator may not create databases, before anything is done. */
export const CHECK_CREATOR: Script = sh`
  fd_may=$(echo 'SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user;' | fd_creator)
  [ "$fd_may" = t ] || ${fail(
    'Cannot create another database: the role may not',
    'ALTER ROLE <role> CREATEDB, or name another role: postgres: { admin: { user, password } }',
  )}`;
