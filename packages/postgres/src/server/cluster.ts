/** The cluster that a section means, and the commands that run in it as its superuser. */
import type { Owned } from '@fairness-deploy/core';
import type { Probe } from '@fairness-deploy/core/resources';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { PINNED_OPTIONS } from '../connection/pinned-options.js';
import type { Section } from '../section/section.js';

/** What a cluster is found by. */
export interface ClusterIdentity {
  /** The major version; undefined: that of the cluster with the port, or else Debian's. */
  readonly version?: number;
  readonly port: string;
}

/** The cluster of a section with the mode local. */
export function clusterOf({ version, port }: Section): ClusterIdentity {
  return { ...(version !== undefined && { version }), port: port?.reveal() ?? '5432' };
}

/**
 * Finds the cluster, by Debian's tools (pg_lsclusters(1)): the one with the port, of the version if there
 * is one; else `main` of that version. Sets:
 *
 * - `fd_version`, `fd_cluster`, `fd_port`, `fd_data`: of the cluster; only `fd_version`, or nothing,
 *   when there is none yet
 * - `fd_running`: `yes` or nothing
 * - `fd_holder`: another cluster that has the port, such as `15/main`
 *
 * Defines:
 *
 * - `fd_as_postgres`, which runs a program as the user postgres
 * - `fd_super`, which does so with a connection as superuser: `fd_super psql -X …`, in the database
 *   `$fd_super_database`, else in `postgres`. It fails when the server does not run. Programs are those
 *   of the server's version
 * - `fd_sql`, which is psql for a script, with SQL on its standard input; options may follow it
 */
export function inCluster({ version, port }: ClusterIdentity): Script {
  return sh`
    fd_super_database=
    fd_as_postgres() {
      ( cd / && exec setpriv --reuid postgres --regid postgres --init-groups -- "$@" )
    }
    fd_take() {
      [ $# -ge 5 ] || return 0
      fd_version=$2 fd_cluster=$3 fd_port=$4 fd_data=$5
    }
    fd_look() {
      # What it runs with, not what it is configured for: process, port and folder of its socket.
      # shellcheck disable=SC2046
      set -- $(fd_as_postgres sed -n '1p;4p;5p' -- "$fd_data/postmaster.pid" 2>/dev/null)
      [ $# -ge 2 ] || return 0
      case $(readlink -- "/proc/$1/exe") in */bin/postgres*) fd_running=yes ;; *) return 0 ;; esac
      fd_running_port=$2 fd_socket=\${3-}
    }
    fd_find_cluster() {
      fd_version=${version ?? ''} fd_cluster='' fd_port='' fd_data='' fd_running='' fd_socket='' fd_running_port=''
      if [ -z "$fd_version" ]; then
        fd_version=$(dpkg-query -W -f='\${db:Status-Abbrev}\${Version}' postgresql 2>/dev/null) || fd_version=
        case $fd_version in
          ?i*) fd_version=$(expr "$fd_version" : '... *\([0-9]*\)') ;;
          *) fd_version= ;;
        esac
      fi
      fd_all=
      ! command -v pg_lsclusters >/dev/null || fd_all=$(pg_lsclusters -h)
      # shellcheck disable=SC2046 # The words of a line.
      fd_take $(printf '%s\n' "$fd_all" | awk -v of=${version ?? ''} -v version="$fd_version" -v port=${port} '
        (of == "" || $1 == of) && $3 == port { print 2, $1, $2, $3, $6 }
        $1 == version && $2 == "main" { print 1, $1, $2, $3, $6 }' | sort -rn | head -n 1)
      fd_holder=$(printf '%s\n' "$fd_all" | awk -v own="$fd_version/$fd_cluster" -v port=${port} '
        $3 == port && $1 "/" $2 != own { print $1 "/" $2; exit }')
      [ -z "$fd_data" ] || fd_look
    }
    fd_find_cluster
    fd_super() {
      [ -n "$fd_running" ] || ${fail('Cannot ask PostgreSQL on the host: its server does not run', 'provision starts it; why it ended: journalctl -u "postgresql@*"')}
      (
        PGHOST=$fd_socket PGPORT=$fd_running_port PGUSER=postgres PGDATABASE=\${fd_super_database:-postgres}
        PGOPTIONS=${PINNED_OPTIONS}
        PGCLIENTENCODING=UTF8 PGAPPNAME=fairness-deploy HOME=/ PATH=/usr/lib/postgresql/$fd_version/bin:$PATH
        export PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS PGCLIENTENCODING PGAPPNAME HOME PATH
        fd_as_postgres "$@"
      )
    }
    # SQL comes on standard input: it may hold secrets, and names of all kinds.
    # shellcheck disable=SC2120 # Not every script gives options.
    fd_sql() {
      fd_super psql -XwqAt -v ON_ERROR_STOP=1 "$@"
    }`;
}

/** Finds the cluster once for the reads of all resources. Its subjects are written by {@link subjectOf}. */
export const clusterProbe: Probe = {
  // One environment has one server.
  ask: (subjects) => lines(...subjects.slice(0, 1).map((one) => inCluster(parseSubject(one)))),
};

/** What an application has in a cluster, for the record of what its environment owns: see restore/removals.ts. */
export function ownedIn(
  cluster: ClusterIdentity,
  kind: string,
  name: string | Text,
): readonly Owned[] {
  if (typeof name !== 'string' && name.locked) return [];
  const own = typeof name === 'string' ? name : name.reveal();
  // An upgrade of the cluster keeps its port, and its databases.
  return [{ kind, name: `${cluster.port}/${own}`, data: 'database' }];
}

export function subjectOf({ version, port }: ClusterIdentity): string {
  return `${String(version ?? '')}:${port}`;
}

function parseSubject(subject: string): ClusterIdentity {
  const [version = '', port = ''] = subject.split(':');
  return { ...(version !== '' && { version: Number(version) }), port };
}
