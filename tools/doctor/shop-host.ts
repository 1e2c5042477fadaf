/** A host with everything that the product can set up, and an application whose programs fail when they are told to. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { gateway } from '@fairness-deploy/sandbox';
import {
  startTestAuthority,
  startTestHost,
  type TestAuthority,
  type TestHost,
} from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { writeShop } from './shop.js';

const PROGRAM = join(__dirname, '../../packages/core/bin/fairness-deploy.js');

/** The name of the site, and the one of its database. */
const [DOMAIN, DATABASE] = ['shop.test', 'db.shop.test'];
const VARIABLES = { FAIRNESS_SECRET_DB_PASSWORD: "it's a password" };

const SECTIONS = {
  secrets: { names: { db_password: 'Of the database' } },
  application: {
    name: 'shop',
    node: { version: '20.20.2', mirror: gateway.nodeMirror },
    env: { SESSION_KEY: 'a key' },
    processes: {
      client: { command: 'node client.js', port: 3001, route: '/', health: '/health' },
      api: {
        command: 'node api.js',
        ...{ port: 3000, route: '/api', health: '/api/health', memoryLimit: '200MB' },
        env: {
          PGHOST: '${postgres.host}',
          PGPORT: '${postgres.port}',
          PGUSER: '${postgres.user}',
          PGPASSWORD: '${postgres.password}',
          PGDATABASE: '${postgres.database}',
        },
      },
      jobs: { command: 'node jobs.js' },
    },
    schedules: { report: { at: 'daily', command: 'node report.js' } },
  },
  release: { repository: '../../shop', revision: 'main', install: 'true', build: 'true' },
  supervisor: {},
  nginx: { sites: { shop: { domains: [DOMAIN], tls: true } } },
  postgres: {
    ...{ mode: 'local', host: DATABASE, server: { memory: '256MB' } },
    backups: { schedule: 'daily' },
  },
} as const;

/** The sections of its environment. */
export type Sections = typeof SECTIONS & { readonly certbot: object };

/** An event of `doctor --json`. */
export interface DoctorEvent {
  readonly type: string;
  readonly section: string;
  readonly name: string;
  readonly level?: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly hint?: string;
  readonly evidence?: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** How an examination ended. */
export interface Examination {
  readonly status: number;
  readonly events: readonly DoctorEvent[];
  /** What it names first: the first cause, else the first warning; undefined: all is well. */
  readonly first: string | undefined;
}

export type ShopHost = Awaited<ReturnType<typeof startShopHost>>;

/** Starts the host, provisions it and deploys. The client finds the site by its /etc/hosts, and trusts its CA. */
export async function startShopHost(name: string) {
  const [test, authority] = await Promise.all([startTestHost(name), startTestAuthority(name)]);
  const workspace = new CommandWorkspace(VARIABLES);
  const repository = repositoryIn(join(workspace.folder, 'shop'));
  writeShop(repository);
  const run = (script: Script): Promise<string> => runOn(test, script);
  const host = {
    repository,
    /** The client's workspace. */
    workspace,
    /** How the client reaches it. */
    reachable: test,
    /** @returns what the script prints. @throws Error when it fails. */
    run,
    /** Describes the host anew. */
    describe(change: (sections: Sections) => object): void {
      const { directory: server } = authority;
      const certbot = { email: 'ops@shop.test', server, caCertificate: 'ca.pem' };
      workspace.describe('prod', { web: test }, { ...change({ ...SECTIONS, certbot }) });
    },
    /** Runs a command that must succeed. @returns what it prints. */
    async command(command: string, ...words: readonly string[]): Promise<string> {
      const { status, output } = await workspace.run(command, 'prod', ...words);
      if (status === 0) return output;
      throw new Error(`${command} ended with ${String(status)}:\n${output}`);
    },
    /** Runs a command that must fail. */
    async fail(command: string): Promise<void> {
      const { status, output } = await workspace.run(command, 'prod');
      if (status === 0) throw new Error(`${command} did not fail:\n${output}`);
    },
    /** What `doctor` finds. */
    examine: (...words: readonly string[]) => examine(workspace.folder, words),
    /** The commit of the live release. */
    async liveCommit(): Promise<string> {
      const commit = await run(sh`git -C /srv/shop/current -c safe.directory='*' rev-parse HEAD`);
      return commit.trim();
    },
    /** Restarts the host, and waits until the site answers. */
    async reboot(): Promise<void> {
      const before = await run(sh`cut -d ' ' -f 22 /proc/1/stat`);
      await run(sh`systemctl reboot`).catch(() => undefined);
      await eventually(async () => {
        if ((await run(sh`cut -d ' ' -f 22 /proc/1/stat`)) === before) throw new Error('it is up');
        await run(
          sh`curl -fsSo /dev/null -k --resolve shop.test:443:127.0.0.1 https://shop.test/api/health`,
        );
      });
    },
    /** Limits the memory of all of the host, as a machine has it; undefined: no limit. */
    async limitMemory(bytes: number | undefined): Promise<void> {
      const cgroups = readFileSync(`/proc/${await firstProcessOf(run)}/cgroup`, 'utf8');
      const [, path = ''] = /^\d+:memory:(.*)$/m.exec(cgroups) ?? [];
      writeFileSync(`/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`, String(bytes ?? -1));
    },
    /** Runs a program of this machine in the host's network. */
    async inNetwork(...command: readonly string[]): Promise<void> {
      execFileSync('nsenter', [`--net=/proc/${await firstProcessOf(run)}/ns/net`, ...command]);
    },
    async stop(): Promise<void> {
      await Promise.all([test.stop(), authority.stop()]);
      workspace.dispose();
    },
  };
  try {
    await prepare(test, authority, workspace);
    host.describe((sections) => sections);
    await host.command('provision', '--yes');
    await host.command('deploy');
    await host.command('db-backup');
    await host.command('db-drill');
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

async function prepare(
  test: TestHost,
  authority: TestAuthority,
  workspace: CommandWorkspace,
): Promise<void> {
  const { address } = test.host;
  await authority.resolve(DOMAIN, address);
  const connection = await test.connect();
  await authority.useDns(connection);
  await connection.close();
  await runOn(test, sh`printf '127.0.0.1 %s\n' ${DATABASE} >>/etc/hosts`);
  workspace.write('environments/prod/ca.pem', readFileSync(authority.certificateFile, 'utf8'));
  workspace.write('hosts', `${readFileSync('/etc/hosts', 'utf8')}\n${address} ${DOMAIN}\n`);
  workspace.write('root.pem', await authority.root());
}

/** Over a connection of its own: the host may have been restarted. */
async function runOn(test: TestHost, script: Script): Promise<string> {
  const connection: Connection = await test.connect();
  try {
    const { status, stdout, stderr } = await connection.run(sh`
      (
      set -eu
      ${script}
      ) </dev/null 2>&1`);
    if (status === 0) return stdout.toString();
    throw new Error(`status ${String(status)}: ${stdout.toString()}${stderr}`);
  } finally {
    await connection.close();
  }
}

/** Tries again until it succeeds. @throws Error of the last try. */
async function eventually(attempt: () => Promise<void>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** The host's first process, which lasts as long as the host, by its number on this machine. */
async function firstProcessOf(run: (script: Script) => Promise<string>): Promise<string> {
  const wanted = (await run(sh`readlink /proc/1/ns/pid`)).trim();
  const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isFirstOf(wanted, pid));
  if (found === undefined)
    throw new Error('the first process of the host is not among those of this machine');
  return found;
}

function isFirstOf(namespace: string, pid: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/ns/pid`) === namespace &&
      /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    // It has ended.
    return false;
  }
}

/** A finding that only a busy machine makes. */
function isOfLoad(finding: string): boolean {
  return /^hosts load: |^postgres database: [\d.]+ ms for one query and back$/.test(finding);
}

/** The client has a /etc/hosts of its own: no DNS of this machine knows the site. */
function examine(folder: string, words: readonly string[]): Promise<Examination> {
  const inNamespace = 'mount --bind "$0" /etc/hosts && exec "$@"';
  const doctor = [process.execPath, PROGRAM, 'doctor', 'prod', '--json', ...words];
  const env = {
    ...childEnvironment(),
    ...VARIABLES,
    NODE_EXTRA_CA_CERTS: join(folder, 'root.pem'),
  };
  return new Promise((resolve, reject) => {
    execFile(
      'unshare',
      ['--mount', 'sh', '-c', inNamespace, join(folder, 'hosts'), ...doctor],
      { cwd: folder, env, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        const events = stdout
          .split('\n')
          .filter((line) => line.startsWith('{'))
          // Sound: it is what the reporter writes.
          .map((line) => JSON.parse(line) as DoctorEvent)
          // The machine is shared with all other tests.
          .filter(({ section, name, text }) => !isOfLoad(`${section} ${name}: ${text}`));
        const first =
          events.find(({ type }) => type === 'cause') ??
          events.find(({ level }) => level === 'warn');
        if (events.length === 0) reject(new Error(stderr));
        resolve({
          ...{ status: error ? 1 : 0, events },
          first: first && `${first.section} ${first.name}: ${first.text}`,
        });
      },
    );
  });
}
