import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';

const REPOSITORY = join(__dirname, '../../../..');
const PROGRAM = join(REPOSITORY, 'packages/core/bin/fairness-deploy.js');

/** A host for tests, as startTestHost() of the sandbox starts it. */
interface StartedHost {
  readonly host: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
  connect(): Promise<Connection>;
}

/** A command's end. */
export interface Ended {
  readonly status: number;
  /** As people see it. */
  readonly output: string;
}

export const PASSWORD = "it's %s \\ $HOME";

/** The password as a variable of the client; it is in no file of the workspace. */
const SECRETS = { FAIRNESS_SECRET_DB_PASSWORD: PASSWORD };

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
  readonly #workspace = mkdtempSync(join(tmpdir(), 'fairness-deploy-migrating-'));
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
        printf '%s\n' "listen_addresses = '*'" "log_min_messages = log" "log_statement = all" >conf.d/test.conf
        printf '%s\n' 'host all all samenet scram-sha-256' >>pg_hba.conf
        systemctl restart postgresql
        printf '%s\n' ${`create role shop login password '${password}';`} 'create database shop owner shop;' |
          runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1`,
    );
    this.describe(section);
    this.write('migrate.sh', TOOL);
    this.write('db/1_names.sql', 'create table names (name text);\n');
    this.#git('init', '--initial-branch=main');
    this.commit('Open the shop');
    const { status, output } = await this.command('provision', '--yes');
    if (status !== 0) throw new Error(output);
  }

  /** Describes the environment anew. */
  describe(
    section: Readonly<Record<string, unknown>> = {},
    release: Readonly<Record<string, unknown>> = {},
  ): void {
    const folder = join(this.#workspace, 'environments/prod');
    mkdirSync(folder, { recursive: true });
    const [database] = Object.values(this.#hosts);
    const hosts = Object.entries(this.#hosts).map(([name, { host }]) => {
      const { address, port, user, identityFile } = host;
      return [name, { address, port, user, identityFile }] as const;
    });
    const known = Object.values(this.#hosts).map(({ host }) =>
      execFileSync('cat', [host.knownHostsFile], { encoding: 'utf8' }),
    );
    writeFileSync(join(folder, 'known_hosts'), known.join(''));
    cpSync(join(REPOSITORY, 'nx.json'), join(this.#workspace, 'nx.json'));
    rmSync(join(this.#workspace, 'node_modules'), { force: true });
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.#workspace, 'node_modules'));
    const environment = {
      hosts: Object.fromEntries(hosts),
      application: {
        ...{ name: 'shop', env: { DATABASE_URL: '${postgres.url}' } },
        schedules: { report: { command: 'true', at: 'yearly' } },
      },
      release: {
        ...{ repository: join(this.#workspace, 'shop'), install: false, build: false },
        ...{ migrate: 'sh -eu migrate.sh', migrations: 'db' },
        ...release,
      },
      postgres: {
        ...{ mode: 'managed', host: database?.host.address, port: '5432', tls: 'disable' },
        // The password is the secret db_password by default.
        ...{ user: 'shop', database: 'shop' },
        ...section,
      },
    };
    writeFileSync(join(folder, 'environment.yaml'), JSON.stringify(environment));
  }

  /** Writes a file of the application. */
  write(file: string, content: string): void {
    const path = join(this.#workspace, 'shop', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  commit(subject: string): void {
    this.#git('add', '--all');
    this.#git('commit', '--allow-empty', `--message=${subject}`);
  }

  #git(...args: readonly string[]): void {
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@shop.test', ...args], {
      ...{ cwd: join(this.#workspace, 'shop'), stdio: 'ignore' },
      env: { PATH: process.env['PATH'], HOME: this.#workspace, GIT_CONFIG_NOSYSTEM: '1' },
    });
  }

  /** Runs a command of the product, as its users do. */
  command(name: string, ...words: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [PROGRAM, name, 'prod', ...words],
        { cwd: this.#workspace, env: { ...childEnvironment(), ...SECRETS }, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          resolve({ status: error ? 1 : 0, output: stdout + stderr });
        },
      );
    });
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
    rmSync(this.#workspace, { recursive: true });
  }
}
