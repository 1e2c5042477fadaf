import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '@fairness-deploy/core/resources';
import { fail, sh } from '@fairness-deploy/shell';
import { FIND_HBA_ERRORS } from './load.js';
import { clusterProbe, inCluster, subjectOf, type ClusterIdentity } from './cluster.js';

interface State {
  readonly port: string;
  readonly status: string;
  /** Whether it is started at boot (start.conf of pg_createcluster(1)). */
  readonly start: string;
}

/** Databases that every cluster has. */
const OWN_DATABASES = "'postgres', 'template0', 'template1'";

/** How many seconds a server gets until it answers. */
const START_SECONDS = 60;

/**
 * The cluster, which runs. The package of the server makes one when it is installed; one that is there is
 * used as it is, and nothing removes it. Its port is changed only while nobody has a database in it.
 */
export const cluster = defineResource<ClusterIdentity, State>({
  type: 'postgres-cluster',
  name: ({ version, port }) => `${version === undefined ? '' : `${String(version)}:`}${port}`,
  questions: (spec) => [{ probe: clusterProbe, subject: subjectOf(spec) }],
  read: ({ port }) => sh`
    if [ -n "$fd_holder" ]; then
      printf 'holder %s\n' "$fd_holder"
      exit 0
    fi
    [ -n "$fd_cluster" ] || exit 0
    fd_start=auto
    [ ! -e "/etc/postgresql/$fd_version/$fd_cluster/start.conf" ] ||
      fd_start=$(fd_as_postgres sed -n 's/^[[:space:]]*\([a-z]\{1,\}\).*/\1/p' "/etc/postgresql/$fd_version/$fd_cluster/start.conf" | head -n 1)
    fd_used=
    if [ "$fd_port" != ${port} ]; then
      # A stopped server cannot say which databases it has.
      fd_used=yes
      [ -z "$fd_running" ] ||
        fd_used=$(printf '%s\n' ${`SELECT 'yes' FROM pg_database WHERE datname NOT IN (${OWN_DATABASES}) LIMIT 1`} | fd_sql)
    fi
    printf '%s\n' "$fd_version/$fd_cluster" "$fd_port" "$fd_running" "$fd_start" "$fd_used"`,
  parse(output, { port }) {
    const [cluster = '', found = '', running = '', start = '', used = ''] = output.split('\n');
    if (cluster.startsWith('holder ')) {
      const holder = cluster.slice('holder '.length);
      throw new HintedError(
        `Cannot set up PostgreSQL on the port ${port}: the cluster ${holder} has it`,
        {
          hint: `use another port (postgres: { port: … }), or the cluster that is there (postgres: { version: ${holder.split('/')[0] ?? ''} }), or upgrade it first: pg_upgradecluster ${holder.replace('/', ' ')}`,
        },
      );
    }
    if (used !== '') {
      throw new HintedError(
        `Cannot use the cluster ${cluster} with the port ${port}: it has the port ${found}, and may have others' databases`,
        { hint: `write: postgres: { port: ${found} }` },
      );
    }
    return {
      port: found === port ? port : `${found}, which a restart changes`,
      ...{ status: running === 'yes' ? 'running' : 'stopped', start },
    };
  },
  desired: ({ port }) => ({ port, status: 'running', start: 'auto' }),
  write: (spec) => sh`
    ${inCluster(spec)}
    [ -n "$fd_version" ] ||
      ${fail('Cannot set up PostgreSQL: its packages are not installed', 'see what apt said above')}
    [ -z "$fd_holder" ] ||
      ${fail(`Cannot set up PostgreSQL on the port ${spec.port}: another cluster has it`, 'pg_lsclusters shows it')}
    if [ -z "$fd_cluster" ]; then
      LC_ALL=C.UTF-8 pg_createcluster --port ${spec.port} --locale C.UTF-8 --encoding UTF8 "$fd_version" main
      fd_cluster=main fd_port=${spec.port}
    fi
    fd_unit=postgresql@$fd_version-$fd_cluster
    fd_start=/etc/postgresql/$fd_version/$fd_cluster/start.conf
    if ! fd_as_postgres grep -qx '[[:space:]]*auto[[:space:]]*' "$fd_start"; then
      fd_as_postgres sh -c 'echo auto >"$1"' sh "$fd_start"
    fi
    if [ "$fd_port" != ${spec.port} ]; then
      pg_conftool "$fd_version" "$fd_cluster" set port ${spec.port}
      if [ -n "$fd_running" ]; then
        ${FIND_HBA_ERRORS}
        [ -z "$fd_errors" ] ||
          ${fail('Cannot restart PostgreSQL for its port: it would not start with the lines of pg_hba.conf above', 'correct these lines')}
        systemctl restart -- "$fd_unit"
      fi
    fi
    # Its units are those of the clusters with auto, as of the last time that systemd looked.
    systemctl daemon-reload
    systemctl reset-failed -- "$fd_unit" 2>/dev/null || :
    if ! systemctl start -- "$fd_unit"; then
      journalctl --sync 2>/dev/null || :
      journalctl -q --no-pager -n 20 -u "$fd_unit" >&2 || :
      ${fail('Cannot start PostgreSQL; its last messages are above', 'journalctl -u "postgresql@*"')}
    fi
    fd_left=${START_SECONDS}
    until fd_find_cluster
      [ -n "$fd_running" ] && fd_super pg_isready -q; do
      fd_left=$((fd_left - 1))
      [ "$fd_left" -gt 0 ] || ${fail('Cannot use PostgreSQL: it was started, and does not answer', 'its log says why: /var/log/postgresql')}
      sleep 1
    done`,
  follows: () => ['apt:packages'],
});
