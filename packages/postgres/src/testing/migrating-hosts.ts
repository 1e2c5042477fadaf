import {
  CommandWorkspace,
  runScript,
  type Ended,
  type ReachableHost,
} from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';

/** A host for tests, as startTestHost() of the sandbox starts it. */
interface StartedHost extends ReachableHost {
  connect(): Promise<Connection>;
}

export const PASSWORD = "it's %s \\ $HOME";

/**
 * The tool of the example: it applies the files of db in their order, each in a transaction, and records
 * them, as most tools do.
 */
const TOOL = `
psql "$DATABASE_URL" -XqAt -v ON_ERROR_STOP=1 <<'SQL'
set client_min_messages = warning;
create table if not exists schema_migrations (version text primary key);
SQL
for file in db/*.sql; do
  version=$(basename "$file" .sql)
  done=$(psql "$DATABASE_URL" -XqAt -c "select 1 from schema_migrations where version = '$version'")
  [ -z "$done" ] || continue
  echo "applying $version"
  { cat "$file"; echo "insert into schema_migrations values ('$version');"; } |
    psql "$DATABASE_URL" -XqAt -1 -v ON_ERROR_STOP=1
done
`;

/**
 * Hosts of the sandbox, the first one with Debian's PostgreSQL, and the environment `prod` of a workspace
 * that deploys an application without processes to them, which migrates that database.
 */
export class MigratingHosts {
  // The password is in no file of it.
  readonly #workspace = new CommandWorkspace({ FAIRNESS_SECRET_DB_PASSWORD: PASSWORD });
  readonly #repository = repositoryIn(`${this.#workspace.folder}/shop`);
  readonly #hosts: Readonly<Record<string, StartedHost>>;
  readonly #connections = new Map<string, Connection>();

  constructor(hosts: Readonly<Record<string, StartedHost>>) {
    this.#hosts = hosts;
  }

  /** Installs PostgreSQL, and provisions the hosts. */
  async prepare(section: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const [database = ''] = Object.keys(this.#hosts);
    await Promise.all(
      Object.entries(this.#hosts).map(async ([name, host]) => {
        this.#connections.set(name, await host.connect());
        const server = name === database ? ['postgresql'] : [];
        await this.run(
          name,
          sh`
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -qq
            apt-get install -y -qq --no-install-recommends git postgresql-client ${server} >/dev/null`,
        );
      }),
    );
    const password = PASSWORD.replaceAll("'", "''");
    await this.run(
      database,
      sh`
        cd /etc/postgresql/*/main
        # PostgreSQL 13 makes MD5 digests by default, which the line below does not take.
        printf '%s\n' "listen_addresses = '*'" "log_min_messages = log" "log_statement = all" "password_encryption = 'scram-sha-256'" >conf.d/test.conf
        printf '%s\n' 'host all all samenet scram-sha-256' >>pg_hba.conf
        systemctl restart postgresql
        printf '%s\n' ${`create role shop login password '${password}';`} 'create database shop owner shop;' |
          runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1`,
    );
    this.describe(section);
    this.write('migrate.sh', TOOL);
    this.write('db/1_names.sql', 'create table names (name text);\n');
    this.commit('Open the shop');
    const { status, output } = await this.command('provision', '--yes');
    if (status !== 0) throw new Error(output);
  }

  /** Describes the environment anew. */
  describe(
    section: Readonly<Record<string, unknown>> = {},
    release: Readonly<Record<string, unknown>> = {},
  ): void {
    const [database] = Object.values(this.#hosts);
    this.#workspace.describe('prod', this.#hosts, {
      application: {
        ...{ name: 'shop', env: { DATABASE_URL: '${postgres.url}' } },
        schedules: { report: { command: 'true', at: 'yearly' } },
      },
      release: {
        ...{ repository: this.#repository.folder, install: false, build: false },
        ...{ migrate: 'sh -eu migrate.sh', migrations: 'db' },
        ...release,
      },
      postgres: {
        ...{ mode: 'managed', host: database?.host.address, port: '5432', tls: 'disable' },
        // The password is the secret db_password by default.
        ...{ user: 'shop', database: 'shop' },
        ...section,
      },
    });
  }

  /** Writes a file of the application. */
  write(file: string, content: string): void {
    this.#repository.write(file, content);
  }

  commit(subject: string): void {
    this.#repository.commit(subject);
  }

  /** Runs a command of the product, as its users do. */
  command(name: string, ...words: readonly string[]): Promise<Ended> {
    return this.#workspace.run(name, 'prod', ...words);
  }

  /** @returns what the script prints. @throws Error when it fails. */
  async run(host: string, script: Script, over?: Connection): Promise<string> {
    const connection = over ?? this.#connections.get(host);
    if (!connection) throw new Error(`there is no host ${host}`);
    const { status, stderr, text } = await runScript(connection, script);
    if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
    return text;
  }

  /**
   * Runs SQL as the superuser in the database of the application.
   *
   * @param over a connection of the caller's own, for SQL that waits
   */
  async sql(statements: string, over?: Connection): Promise<string> {
    const [database = ''] = Object.keys(this.#hosts);
    const text = await this.run(
      database,
      sh`printf '%s\n' ${statements} | runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d shop`,
      over,
    );
    return text.trimEnd();
  }

  async close(): Promise<void> {
    for (const connection of this.#connections.values()) await connection.close();
    this.#workspace.dispose();
  }
}
