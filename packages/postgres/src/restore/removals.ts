/** How a database, its role and its access are removed from the server on the host. */
import type { Removal, Removals } from '@fairness-deploy/core';
import { defineRemoval } from '@fairness-deploy/core/resources';
import { HintedError } from '@fairness-deploy/shell/text';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { sql } from '../connection/sql.js';
import { printAccess, withoutAccess } from '../server/access-resource.js';
import { inCluster, type ClusterIdentity } from '../server/cluster.js';
import { runSql } from '../server/sql.js';
import { KIND_PATTERN } from './database-name.js';

/** Something in a cluster, by its name there. */
interface InCluster {
  /** `<port>/<name>`, as ownedIn() writes it. */
  readonly name: string;
}

/** A type of things in a cluster that can be removed only. */
interface Kind {
  readonly type: string;
  /** What it is, for people. */
  readonly what: string;
  /** Prints the names of what is there, a line each; the cluster's server runs. */
  readonly find: (name: string) => Script;
  readonly remove: (name: string) => Script;
}

function clusterRemoval({ type, what, find, remove }: Kind): Removal {
  const resource = defineRemoval<InCluster>({
    type,
    name: ({ name }) => name,
    check: ({ name }) => void split(name),
    read: ({ name }) => {
      const { cluster, own } = split(name);
      return lines(
        inCluster(cluster),
        sh`
          # Without one of the port, another one is found.
          [ -n "$fd_cluster" ] && [ "$fd_port" = ${cluster.port} ] || exit 0
          if [ -z "$fd_running" ]; then
            echo stopped
            exit 0
          fi`,
        find(own),
      );
    },
    parse(found, { name }) {
      if (found[0] !== 'stopped') return found;
      throw new HintedError(
        `Cannot remove ${what} ${JSON.stringify(split(name).own)}: the server of the cluster does not run`,
        { hint: 'start it: systemctl start postgresql; or keep it: without --drop-database' },
      );
    },
    remove: ({ name }) => {
      const { cluster, own } = split(name);
      return lines(
        inCluster(cluster),
        sh`[ -n "$fd_cluster" ] && [ "$fd_port" = ${cluster.port} ] || exit 0`,
        remove(own),
      );
    },
  });
  return {
    exists: (name) => {
      const { cluster, own } = split(name);
      return sh`
        [ -n "$(
        ${inCluster(cluster)}
        [ -z "$fd_running" ] || [ "$fd_port" != ${cluster.port} ] || {
        ${find(own)}
        }
        )" ]`;
    },
    resource: (name) => resource({ name }),
  };
}

/** @throws RangeError when it is no name in a cluster. */
function split(name: string): { readonly cluster: ClusterIdentity; readonly own: string } {
  const [, port, own] = /^(\d{1,5})\/(.+)$/.exec(name) ?? [];
  if (port === undefined || own === undefined) {
    throw new RangeError(`Cannot use ${JSON.stringify(name)} as a name in a cluster`);
  }
  return { cluster: { port }, own };
}

/** Finds a database, and those of the same owner that restores have left beside it. */
function databases(name: string): Text {
  const own = quoteLiteral(name);
  const pattern = quoteLiteral(KIND_PATTERN);
  return sql`SELECT datname FROM pg_database WHERE datname = ${own} OR (datname ~ ${pattern}
    AND starts_with(${own}, regexp_replace(datname, ${pattern}, ''))
    AND datdba = (SELECT datdba FROM pg_database WHERE datname = ${own})) ORDER BY datname`;
}

/** How the things of postgres' own kinds are removed. */
export const REMOVALS: Removals = {
  'postgres-access': clusterRemoval({
    type: 'postgres-access',
    what: 'the access of',
    find: printAccess,
    remove: withoutAccess,
  }),
  'postgres-database': clusterRemoval({
    type: 'postgres-database',
    what: 'the database',
    find: (name) => runSql(databases(name)),
    remove: (name) =>
      runSql(
        sql`SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM (${databases(name)}) AS found \gexec`,
      ),
  }),
  'postgres-role': clusterRemoval({
    type: 'postgres-role',
    what: 'the role',
    find: (name) => runSql(sql`SELECT rolname FROM pg_roles WHERE rolname = ${quoteLiteral(name)}`),
    remove: (name) => runSql(sql`DROP ROLE IF EXISTS ${quoteIdentifier(name)}`),
  }),
};
