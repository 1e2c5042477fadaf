import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts, powerOff, powerOn } from '@fairness-deploy/sandbox';
import { prepareContainers } from '@fairness-deploy/sandbox/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { nameOnStage } from './hosts/host-names.js';
import { serveRepository, type GitServer } from './testing/git-server.js';
import { onThisMachine, startRealHost, type RealHost } from './testing/real-hosts.js';
import { NODE, shopIn } from './testing/shop.js';

const TIMEOUT_MILLISECONDS = 600_000;

let workspace: CommandWorkspace;
let server: GitServer;
/** The real database, by its address, and a service that the environment does not name. */
let database: RealHost;
let other: RealHost;
beforeAll(async () => {
  await prepareContainers(console.log);
  workspace = new CommandWorkspace();
  server = await serveRepository(shopIn(join(workspace.folder, 'shop')));
});
afterEach(async () => {
  await Promise.all([database.stop(), other.stop()]);
  await workspace.run('rehearse', 'prod', '--remove');
});
afterAll(async () => {
  await server.stop();
  workspace.dispose();
});

/** The host fetches the repository, and a provider has the database: as this repository's own prod. */
function environment() {
  return {
    hosts: { web: { address: 'web.shop.test', port: 2222, user: 'root' } },
    application: {
      ...{ name: 'shop', node: NODE },
      env: {
        ...{ GREETING: 'hello', DATABASE_URL: '${postgres.url}' },
        // The URL says verify-full, and libpq wants to know by which CA.
        PGSSLROOTCERT: '/etc/ssl/certs/ca-certificates.crt',
      },
      processes: {
        web: {
          ...{ command: 'node server.js', port: 3000, route: '/' },
          health: { path: '/', settle: 0.5 },
        },
      },
    },
    release: {
      ...{ repository: server.url, revision: 'main', install: false, build: false },
      migrate: [
        'psql "$DATABASE_URL" -qv ON_ERROR_STOP=1 -f schema.sql',
        // A name that a value says in plain text leads to the same server, with a certificate for it.
        'psql "$(echo "$DATABASE_URL" | sed s/@[^:]*:/@pooler.db.test:/)" -c "SELECT \'by name\' FROM items"',
      ].join(' && '),
    },
    server: { files: { '/etc/ssh/sshd_config.d/10-port.conf': { content: 'Port 2222\n' } } },
    ...{
      supervisor: {},
      postgres: { mode: 'managed', host: database.address, direct: { host: 'pooler.db.test' } },
    },
  };
}

/** What a kept host says of the ways to the real names and addresses. */
async function waysOf(ssh: string): Promise<Readonly<Record<string, string>>> {
  const call = ({ address, port }: RealHost): string =>
    `timeout 20 bash -c "exec 3<>/dev/tcp/${address}/${String(port)}" 2>&1 && echo reached`;
  const lines = {
    database: call(database),
    other: call(other),
    names: 'getent hosts web.shop.test pooler.db.test',
    sshd: 'sshd -T | grep "^port " | sort',
  };
  const said = await Promise.all(
    Object.entries(lines).map(async ([key, line]) => [key, await typed(`${ssh} '${line}'`)]),
  );
  return Object.fromEntries(said) as Readonly<Record<string, string>>;
}

function typed(line: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { env: childEnvironment() }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

it.each(['nspawn', 'container'])(
  'rehearse tries such an environment on hosts of %s, which never reach the real ones',
  async (driver) => {
    // Hosts of nspawn reach their own network alone, which containers do not reach.
    [database, other] = await Promise.all(
      driver === 'nspawn'
        ? [startRealHost(), startRealHost()]
        : [startRealHost(onThisMachine(18)), startRealHost(onThisMachine(19))],
    );
    workspace.write('environments/prod/environment.yaml', JSON.stringify(environment()));
    const { status, output } = await workspace.run(
      'rehearse',
      'prod',
      '--keep',
      `--driver=${driver}`,
    );
    expect([status, output]).toEqual([0, expect.stringContaining('is live as')]);
    expect(output).toContain(`the hosts' own way to ${server.url}`);
    expect(output).toContain('the login on web by port 2222');
    const [, ssh = 'false'] = /^ +web +(ssh .*)$/m.exec(output) ?? [];
    const key = { name: nameOnStage('web', 'prod'), workspace: workspace.folder };
    for (const isRestarted of [false, true]) {
      if (isRestarted) {
        await powerOff(key);
        await powerOn(key);
      }
      const ways = await waysOf(ssh);
      expect(ways).toMatchObject({
        database: expect.stringContaining('Connection refused') as string,
        other: 'reached\n',
        sshd: 'port 22\nport 2222\n',
      });
      const [own = 'own', pooler] = (ways['names'] ?? '').split('\n');
      expect(own).toMatch(/^10\.[\d.]+ +web\.shop\.test/);
      expect(pooler?.split(' ')[0]).toBe(own.split(' ')[0]);
    }
    expect([database.calls(), other.calls()]).toEqual([0, 2]);
    other.forget();
    await workspace.run('rehearse', 'prod', '--remove');
    expect((await listHosts()).filter((host) => host.workspace === workspace.folder)).toEqual([]);
  },
  TIMEOUT_MILLISECONDS,
);
