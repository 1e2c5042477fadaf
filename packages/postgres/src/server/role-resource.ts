import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '@fairness-deploy/core/resources';
import { lines, sh } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { sql } from '../connection/sql.js';
import { clusterProbe, inCluster, ownedIn, subjectOf, type ClusterIdentity } from './cluster.js';
import { isPreparedAlike, isVerifierOf, scramVerifier } from './scram.js';
import { runQuietly, runSql } from './sql.js';

/** The role of an application. */
export interface RoleSpec {
  readonly cluster: ClusterIdentity;
  readonly application: string;
  readonly user: Text;
  readonly password: Text;
  /** What the verifier's salt is made of, besides the role: the environment's name. */
  readonly environment: string;
}

interface State {
  readonly password: string;
  readonly rights: readonly string[];
  readonly server: string;
}

const RIGHTS = ['login'];
const PASSWORD = 'as declared';

/** What pg_authid says of a role. */
interface Found {
  readonly verifier: string | null;
  readonly superuser: boolean;
  readonly rights: readonly string[];
}

/**
 * The role of an application: it may log in with its password, and has no rights on the server besides.
 * The server gets a verifier of the password, and never the password. It is removed with its database.
 */
export const role = defineResource<RoleSpec, State>({
  type: 'postgres-role',
  name: ({ application }) => application,
  check: ({ password }) => {
    if (password.locked || isPreparedAlike(password.reveal())) return;
    throw new HintedError(
      'Cannot use the password of the database: it has a character that clients and servers may read differently',
      {
        hint: 'choose another one, without characters such as ﬁ, ² or ｆ: openssl rand -hex 24 prints a good one',
      },
    );
  },
  owns: ({ cluster, user }) => ownedIn(cluster, 'postgres-role', user),
  questions: ({ cluster }) => [{ probe: clusterProbe, subject: subjectOf(cluster) }],
  read: ({ user }) => sh`
    [ -n "$fd_cluster" ] || exit 0
    if [ -z "$fd_running" ]; then
      echo stopped
      exit 0
    fi
    ${runSql(sql`SELECT json_build_object('verifier', rolpassword, 'superuser', rolsuper, 'rights',
      array_remove(ARRAY[CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolcreatedb THEN 'createdb' END,
        CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolreplication THEN 'replication' END,
        CASE WHEN rolbypassrls THEN 'bypassrls' END,
        CASE WHEN rolvaliduntil < 'infinity' THEN 'until ' || rolvaliduntil END], NULL))
      FROM pg_authid WHERE rolname = ${quoteLiteral(user)}`)}`,
  parse(output, { user, password }) {
    if (output.trim() === 'stopped') return UNKNOWN;
    const found = parseFound(output);
    if (found.superuser) {
      throw new HintedError(
        `Cannot use the role "${String(user)}" for the application: it is a superuser of the server`,
        { hint: 'name another role: postgres: { user: … }' },
      );
    }
    const isSame = isVerifierOf(found.verifier ?? '', password.reveal());
    return { password: isSame ? PASSWORD : 'another one', rights: found.rights, server: 'running' };
  },
  desired: () => ({ password: PASSWORD, rights: RIGHTS, server: 'running' }),
  write({ cluster, user, password, environment }) {
    const [name, literal] = [quoteIdentifier(user), quoteLiteral(user)];
    const verifier = password.mapWhole((text) =>
      scramVerifier(text, `${environment}\0${user.reveal()}`),
    );
    return lines(
      inCluster(cluster),
      runQuietly(sql`
        SELECT format('CREATE ROLE %I', ${literal})
          WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal}) \gexec
        ALTER ROLE ${name} LOGIN NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
          VALID UNTIL 'infinity' PASSWORD ${quoteLiteral(verifier)};`),
    );
  },
});

/** When the server is stopped, the plan shows only that. Applying writes everything; what is right stays. */
const UNKNOWN: State = { password: PASSWORD, rights: RIGHTS, server: 'stopped' };

function parseFound(output: string): Found {
  const parsed: unknown = JSON.parse(output);
  // Sound: it is what the query above makes.
  return parsed as Found;
}
