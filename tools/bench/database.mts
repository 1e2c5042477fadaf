import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostKey, startHost, type SandboxHost } from '@fairness-deploy/sandbox';
import { addresses, pinsOf } from '../lab/environments.mjs';
import { onHost } from '../lab/on-host.mjs';
import { type Lab } from './lab.mjs';
import { type Sample, type SetUpMeasure } from './measure.mjs';
import { programs } from './programs.mjs';
import { runCommand } from './run-command.mjs';

const ENVIRONMENT = 'bench-database';
const PASSWORD = 'of-the-bench';

/** Rows of a kilobyte that compress as text does: a database of 1 GB. */
const ROWS = 1_000_000;

/** A backup of a gigabyte on a busy machine. */
const TIMEOUT_MILLISECONDS = 400_000;

interface Database {
  readonly host: SandboxHost;
  readonly command: (name: string, ...options: readonly string[]) => Promise<Sample>;
}

/** Backups and restores of a database of 1 GB, beside pg_dump and pg_restore by hand. */
export function databaseMeasures(): readonly SetUpMeasure[] {
  let made: Promise<Database> | undefined;
  const database = (lab: Lab): Promise<Database> => (made ??= prepare(lab));
  return [
    {
      name: 'by-hand:pg-dump@loopback',
      once: async (lab) => byHand((await database(lab)).host, DUMP),
    },
    {
      name: 'engine:db-backup@loopback',
      once: async (lab) => (await database(lab)).command('db-backup'),
    },
    {
      name: 'engine:db-backup-to-client@loopback',
      once: async (lab) => {
        const { command } = await database(lab);
        const file = join(lab.workspace.folder, 'bench.dump');
        try {
          return await command('db-backup', '--to=client', `--file=${file}`);
        } finally {
          rmSync(file, { force: true });
        }
      },
    },
    {
      name: 'by-hand:pg-restore@loopback',
      once: async (lab) => byHand((await database(lab)).host, RESTORE),
    },
    {
      name: 'engine:db-restore@loopback',
      once: async (lab) => restore(await database(lab)),
    },
    {
      // What pg_restore does by hand: not the new database, its comparison with the backup and the swap.
      name: 'engine:db-restore-load@loopback',
      once: async (lab) => {
        const { steps = [] } = await restore(await database(lab));
        const [load] = steps.filter(({ name }) => name.startsWith('restore '));
        if (!load) throw new Error(`no step loads the dump: ${JSON.stringify(steps)}`);
        return { milliseconds: load.milliseconds };
      },
    },
  ];
}

async function prepare({ workspace, addEnvironment, report }: Lab): Promise<Database> {
  report('a host with a database of 1 GB');
  const host = await startHost({ ...hostKey(ENVIRONMENT, 'db', workspace.folder), report });
  await onHost(
    host,
    `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends postgresql >/dev/null
useradd --system --no-create-home shop
runuser -u postgres -- psql -Xq -v ON_ERROR_STOP=1 <<'END'
create role shop login createdb password '${PASSWORD}';
create database shop owner shop;
\\c shop
set role shop;
create table orders (id int primary key, lines text);
insert into orders select n, (select string_agg(md5((n * 31 + i)::text), ' ') from generate_series(1, 28) i)
  from generate_series(1, ${String(ROWS)}) n;
END
`,
  );
  addEnvironment(
    ENVIRONMENT,
    {
      hosts: addresses([host]),
      application: { name: 'shop', static: { '/': { folder: 'public' } } },
      postgres: {
        ...{ mode: 'managed', host: '127.0.0.1', port: 5432, user: 'shop', database: 'shop' },
        ...{ password: PASSWORD, tls: 'disable', backups: {} },
      },
    },
    pinsOf([host]),
  );
  const command = (name: string, ...options: readonly string[]): Promise<Sample> =>
    runCommand(programs.engine(ENVIRONMENT, name, [...options, '--json']), {
      cwd: workspace.folder,
      timeout: TIMEOUT_MILLISECONDS,
    });
  await command('provision', '--yes');
  // For the restores.
  await command('db-backup');
  return { host, command };
}

async function restore({ host, command }: Database): Promise<Sample> {
  try {
    return await command('db-restore', '--yes');
  } finally {
    await onHost(host, DROP_KEPT);
  }
}

/** As a person with a shell would: the file ends on the disk, too. */
const DUMP = {
  before: '',
  timed: `pg_dump -Fc -h 127.0.0.1 -U shop shop >/root/by-hand.dump
sync /root/by-hand.dump`,
  after: 'rm /root/by-hand.dump',
};

/** Of the dump of a backup that is there. */
const RESTORE = {
  before: `createdb -h 127.0.0.1 -U shop by_hand
set -- /var/backups/fairness-deploy/shop/*.dump`,
  timed: 'pg_restore --exit-on-error -h 127.0.0.1 -U shop -d by_hand "$1"',
  after: 'dropdb -h 127.0.0.1 -U shop by_hand',
};

/** The databases that restores have kept. */
const DROP_KEPT = `runuser -u postgres -- psql -XAtq <<'END'
select format('drop database %I', datname) from pg_database where datname like 'shop_before_%' \\gexec
END
`;

async function byHand(
  host: SandboxHost,
  { before, timed, after }: Readonly<Record<'before' | 'timed' | 'after', string>>,
): Promise<Sample> {
  const printed = await onHost(
    host,
    `set -eu
export PGPASSWORD=${PASSWORD}
now() { read -r now _ </proc/uptime; echo "$now"; }
${before}
begin=$(now)
${timed}
end=$(now)
${after}
echo "took $begin $end"
`,
  );
  const [, begin, end] = /^took (\S+) (\S+)$/m.exec(printed) ?? [];
  if (!end) throw new Error(`by hand it could not be done: ${printed}`);
  return { milliseconds: (Number(end) - Number(begin)) * 1000 };
}
