import { sh, type Script } from '@fairness-deploy/shell';
import { script, type Fault } from './fault.js';

const sql = (statement: string): Script =>
  sh`printf '%s\n' ${statement} | runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1`;

/** What may go wrong with the database, and with its backups. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'database down',
    inject: sh`systemctl stop 'postgresql@*'`,
    heal: script(sh`
      pg_ctlcluster "$(ls /etc/postgresql)" main start
      fd_wait fd_well`),
    cause: /^postgres server: the cluster \d+\/main does not run/,
  },
  {
    name: 'database hangs',
    inject: sh`kill -STOP "$(head -n 1 /var/lib/postgresql/*/main/postmaster.pid)"`,
    heal: script(sh`
      kill -CONT "$(head -n 1 /var/lib/postgresql/*/main/postmaster.pid)"
      fd_wait fd_well`),
    cause: /^postgres server: cannot be checked: it has not ended after 10 s/,
  },
  {
    name: 'database password wrong',
    inject: sql(`alter role shop password 'another'`),
    heal: script(sh`
      ${sql(`alter role shop password 'it''s a password'`)}
      fd_wait fd_well`),
    cause: /^postgres database: .*password/,
  },
  {
    name: 'database out of connections',
    inject: sql('alter role shop connection limit 0'),
    heal: script(sh`
      ${sql('alter role shop connection limit -1')}
      fd_wait fd_well`),
    cause: /^postgres database: .*connection/,
  },
  {
    name: 'DNS of the database broken',
    inject: sh`
      cp /etc/hosts /run/hosts.kept
      grep -v db.shop.test /run/hosts.kept >/etc/hosts`,
    heal: script(sh`
      cat /run/hosts.kept >/etc/hosts
      fd_wait fd_well`),
    cause: /db\.shop\.test/,
  },
  {
    name: 'backup too old',
    inject: sh`
      fd_last=$(echo /var/*/*/*/last /var/backups/*/last | tr ' ' '\n' | grep shop | xargs ls 2>/dev/null | head -n 1)
      cp -p "$fd_last" /run/last.kept
      printf '%s\n' "$fd_last" >/run/last.path
      sed -i "s/ 20[0-9-]*T/ 2026-01-01T/" "$fd_last"`,
    heal: sh`cp -p /run/last.kept "$(cat /run/last.path)"`,
    cause: /^postgres backup: the newest backup is \d+ days old/,
  },
];
