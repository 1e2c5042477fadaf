import { sh, type Script } from '@fairness-deploy/shell';
import type { TlsMode } from '../section/tls-mode.js';
import { connectionFile } from '../connection/paths.js';
import { defineClient } from '../connection/client.js';

/** Seconds that one question to the server may take: there are four. */
const TIMEOUT_SECONDS = 5;

/** The most seconds that all of them may take. */
export const ASK_SECONDS = 4 * TIMEOUT_SECONDS + 2;

/** How often the time of an empty query is measured. */
const PINGS = 5;

/** Each line begins with its name; see judgeDatabase(). A role without rights may ask all of it. */
const QUESTIONS = String.raw`
SELECT 'session ' || json_build_object('role', current_user, 'database', current_database());
SELECT 'version ' || current_setting('server_version_num') || ' ' || current_setting('server_version');
SELECT 'encrypted ' || coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), 'no');
SELECT 'connections ' || (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
  || ' ' || (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
  || ' ' || (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
  || ' ' || (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user)
  || ' ' || (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
  || ' ' || (SELECT datconnlimit FROM pg_database WHERE datname = current_database());
SELECT 'right ' || name FROM (VALUES
  ('create', has_database_privilege(current_database(), 'CREATE')),
  ('public', coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'), false)),
  ('createdb', (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user)),
  ('owner', (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database())),
  ('superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)),
  ('replica', pg_is_in_recovery()),
  ('read-only', current_setting('default_transaction_read_only')::boolean)
) AS rights (name, granted) WHERE granted;
SELECT 'size ' || pg_database_size(current_database());
\timing on
${'SELECT 1 WHERE false;\n'.repeat(PINGS)}`;

/** What is asked of the database. */
export interface DatabaseQuestion {
  readonly application: string;
  readonly user: string;
  readonly tls: TlsMode;
}

/**
 * Asks the database as the application would, from its host, one layer after the other: the name, the
 * port, TLS, the login, and the rights of the role. Prints `<layer> <what it found>`; a layer is silent
 * when one below it failed. See judgeDatabase().
 */
export function askDatabase({ application, user, tls }: DatabaseQuestion): Script {
  return sh`
    [ -f ${connectionFile(application)} ] || { echo 'missing connection'; exit 0; }
    command -v psql >/dev/null || { echo 'missing psql'; exit 0; }
    printf 'digest %s\n' "$(sha256sum <${connectionFile(application)} | cut -c 1-64)"
    ${defineClient(user, application)}
    # shellcheck source=/dev/null
    . ${connectionFile(application)}
    ${askAddress}
    ${tls === 'disable' ? sh`:` : askTls}
    ${askLogin}`;
}

/**
 * The port: by bash, which Debian always has, as there is no other program for it. Its words are those
 * of the system.
 */
const askTcp = sh`
  fd_addresses=$(timeout ${TIMEOUT_SECONDS} getent ahosts "$PGHOST" | awk '$2 == "STREAM" { print $1 }' | sort -u | tr '\n' ' ') || :
  [ -n "$fd_addresses" ] || { echo 'name unknown'; exit 0; }
  printf 'name %s\n' "$fd_addresses"
  fd_status=0
  fd_said=$(timeout ${TIMEOUT_SECONDS} bash -c 'exec 3<>"/dev/tcp/$PGHOST/$PGPORT"' 2>&1) || fd_status=$?
  case $fd_status in
    0) echo 'port open' ;;
    124) echo 'port silent'; exit 0 ;;
    *) printf 'port closed %s\n' "$(printf '%s' "$fd_said" | tail -n 1 | sed 's/.*: //')"; exit 0 ;;
  esac`;

/** On the server's own host, a socket stands for the port. */
const askAddress = sh`
  printf 'target %s %s\n' "$PGPORT" "$PGHOST"
  case $PGHOST in
    /*)
      [ -S "$PGHOST/.s.PGSQL.$PGPORT" ] || { echo 'port closed there is no socket'; exit 0; }
      echo 'port open'
      ;;
    *)
      ${askTcp}
      ;;
  esac`;

/** What openssl makes of the server's certificate (openssl-verification-options(1)): a number and its words. */
const askTls = sh`
  if command -v openssl >/dev/null; then
    set -- -starttls postgres -connect "$PGHOST:$PGPORT" -servername "$PGHOST"
    case $PGHOST in *:*) set -- -starttls postgres -connect "[$PGHOST]:$PGPORT" ;; esac
    [ -z "\${PGSSLROOTCERT-}" ] || set -- "$@" -CAfile "$PGSSLROOTCERT"
    fd_said=$(timeout ${TIMEOUT_SECONDS} openssl s_client "$@" </dev/null 2>&1) || :
    fd_code=$(printf '%s\n' "$fd_said" | sed -n 's/^ *Verify return code: //p' | tail -n 1)
    printf 'tls %s\n' "\${fd_code:-none}"
    printf '%s\n' "$fd_said" | openssl x509 -noout -subject -issuer -enddate 2>/dev/null | sed 's/^/certificate /' || :
  fi`;

/**
 * The login, and what the role may do. `\timing` prints how long the server and the way took for each
 * query; a query of a constant costs the server nothing.
 */
const askLogin = sh`
  fd_status=0
  fd_said=$(printf '%s\n' ${QUESTIONS} | fd_pg timeout ${TIMEOUT_SECONDS} psql -XAtq -v ON_ERROR_STOP=1 2>&1) || fd_status=$?
  if [ "$fd_status" = 0 ]; then
    printf '%s\n' "$fd_said"
  else
    printf 'login %s %s\n' "$fd_status" "$(printf '%s' "$fd_said" | tr '\n' ' ')"
  fi`;
