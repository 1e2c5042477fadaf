import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandWorkspace, type Ended } from '@fairness-deploy/core/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClientPostgres, type ClientPostgres } from './client-postgres.js';
import { insecurePublicKey, makeLxcBox } from './lxc-box.js';

const BOX = 'fairness-deploy-test';
const LXC_NET = '/usr/libexec/lxc/lxc-net';
const BRIDGE = '/sys/class/net/lxcbr0';
const SITE = 'http://localhost:3080/';

const APPLICATION = `import os, psycopg2
from http.server import BaseHTTPRequestHandler, HTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        text = 'ok'
        if self.path != '/health':
            database = psycopg2.connect(os.environ['DATABASE_URL'], connect_timeout=5)
            with database.cursor() as cursor:
                cursor.execute('SELECT string_agg(word, chr(32) ORDER BY id) FROM words')
                text = cursor.fetchone()[0]
            database.close()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())


HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Page).serve_forever()
`;

let workspace: CommandWorkspace;
let variables: Readonly<Record<string, string>>;
let home = '';
let postgres: ClientPostgres | undefined;
let hadBridge = true;
const children: ChildProcess[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vagrant-home-'));
  variables = {
    ...{ VAGRANT_HOME: home, VAGRANT_CHECKPOINT_DISABLE: '1' },
    ...{ VAGRANT_DEFAULT_PROVIDER: 'lxc', FAIRNESS_DEPLOY_BOX: BOX },
  };
  workspace = new CommandWorkspace(variables);
  cpSync('vagrant', join(workspace.folder, 'vagrant'), { recursive: true });
  rmSync(join(workspace.folder, 'vagrant/.vagrant'), { recursive: true, force: true });
  hadBridge = existsSync(BRIDGE);
  if (!hadBridge) program(LXC_NET, 'start');
  postgres = await startClientPostgres();
  postgres.sql("CREATE ROLE docker LOGIN PASSWORD 'docker'");
  postgres.sql('CREATE DATABASE shop OWNER docker');
  postgres.sql('CREATE TABLE words (id int, word text); GRANT SELECT ON words TO docker', 'shop');
  postgres.sql("INSERT INTO words VALUES (1, 'read'), (2, 'through'), (3, 'the tunnel')", 'shop');
  makeRepository(join(workspace.folder, 'shop'));
  workspace.write(
    'environments/vagrant/environment.yaml',
    `hosts: { web: }
vagrant: {}
server: { packages: [python3-psycopg2] }
application:
  name: shop
  env:
    DATABASE_URL: postgresql://\${postgres.user}:\${postgres.password}@\${postgres.host}:\${postgres.port}/\${postgres.database}
  processes:
    web: { command: /usr/bin/python3 app.py, port: 3000, route: /, health: /health }
release: { repository: ../../shop, revision: main }
supervisor: {}
nginx: {}
postgres: { mode: tunnel, user: docker, password: docker, database: shop }
`,
  );
  program('vagrant', 'box', 'add', '--name', BOX, await makeLxcBox(home));
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await deploy('destroy', '--yes');
  postgres?.stop();
  if (!hadBridge) program(LXC_NET, 'stop');
  workspace.dispose();
  rmSync(home, { recursive: true });
});

function program(name: string, ...words: readonly string[]): string {
  const env = { ...childEnvironment(), ...variables };
  return execFileSync(name, words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function makeRepository(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'app.py'), APPLICATION);
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  program('git', 'init', '-q', '-b', 'main', folder);
  program('git', '-C', folder, 'add', '.');
  program('git', '-C', folder, ...author, 'commit', '-qm', 'Application');
}

const deploy = (command: string, ...words: readonly string[]): Promise<Ended> =>
  workspace.run(command, 'vagrant', ...words);

/** A command that stays, and what it has said. */
function start(command: string, ...words: readonly string[]) {
  const child = spawn(
    process.execPath,
    [join(workspace.folder, 'node_modules/.bin/fairness-deploy'), command, 'vagrant', ...words],
    {
      cwd: workspace.folder,
      env: { ...childEnvironment(), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return { child, said: () => output, ended: once(child, 'close') };
}

const page = async (): Promise<string> => {
  try {
    return await (await fetch(SITE)).text();
  } catch (error) {
    return String(error);
  }
};

const patience = { timeout: 120_000 };
const machine = (): string => join(workspace.folder, 'vagrant/.vagrant/machines/web/lxc');
const pins = (): readonly string[] =>
  readdirSync(machine()).filter((name) => name.startsWith('known_hosts'));

it(
  'takes a VM from up to destroy, with a deployment and a tunnel in between',
  { timeout: 900_000 },
  async () => {
    // Nothing is started silently.
    expect(await deploy('ping')).toMatchObject({
      status: 1,
      output: expect.stringContaining(
        'Cannot reach host "web": its VM is not up (not created)\n  → npx nx run vagrant:up\n',
      ) as string,
    });

    const up = await deploy('up');
    expect(up.output).toMatch(
      /Its host key ssh-ed25519 SHA256:\S+ is pinned until the VM is destroyed/,
    );
    expect(up).toMatchObject({ status: 0 });
    expect(pins()).toHaveLength(1);
    expect((await deploy('vm-status')).output).toMatch(/^web +web +running +lxc$/m);
    expect((await deploy('vagrant', '--', 'status')).output).toContain('running (lxc)');

    // The public key of Vagrant opens it no more.
    const keys = await deploy('ssh', '--command', 'cat ~/.ssh/authorized_keys');
    expect(keys).toMatchObject({ status: 0, output: expect.stringContaining('ssh-') as string });
    expect(keys.output).not.toContain(insecurePublicKey().split(' ')[1]);

    const provision = await deploy('provision', '--yes');
    expect(provision.output).toContain('done');
    expect(provision).toMatchObject({ status: 0 });

    // A port that is taken, here and in the VM.
    const other = createServer().listen(3080, '127.0.0.1');
    await once(other, 'listening');
    const database = `--database-port=${String(postgres?.port)}`;
    expect(await deploy('tunnel', database)).toMatchObject({
      status: 1,
      output: expect.stringContaining(
        'Cannot listen on 127.0.0.1:3080 of this machine: another program has it\n  → end that program (ss -ltnp names it), or choose another port: npx nx run vagrant:tunnel --site-port=3081',
      ) as string,
    });
    other.close();
    const tunnel = start('tunnel', database);
    await expect
      .poll(tunnel.said, patience)
      .toMatch(/^(?=[^]*http:\/\/localhost:3080 is the site)[^]*PostgreSQL of this machine/m);
    expect(await deploy('tunnel', database, '--site-port=3081')).toMatchObject({
      status: 1,
      output: expect.stringMatching(
        /Cannot listen on 127\.0\.0\.1:5432 of web .*: sshd there refuses it\n {2}→ another tunnel/,
      ) as string,
    });

    const deployed = await deploy('deploy');
    expect(deployed.output).toContain('is live as release');
    expect(await page()).toBe('read through the tunnel');

    // The VM goes, and comes back: so does the tunnel.
    const reload = await deploy('reload');
    expect(reload).toMatchObject({ status: 0 });
    expect(pins()).toHaveLength(1);
    await expect
      .poll(tunnel.said, patience)
      .toMatch(
        /(?=[^]*The tunnel to the site is up again)[^]*The tunnel to PostgreSQL is up again/,
      );
    await expect.poll(page, patience).toBe('read through the tunnel');
    tunnel.child.kill('SIGINT');
    expect(await tunnel.ended).toEqual([130, null]);
    expect(tunnel.said()).toContain('the tunnel is closed');
    expect(await page()).toContain('fetch failed');

    // As people type it.
    const halt = execFileSync('npx', ['nx', 'run', 'vagrant:halt'], {
      cwd: workspace.folder,
      encoding: 'utf8',
      env: nxEnvironment(variables),
    });
    expect(halt).toContain('vagrant halt');
    expect((await deploy('ping')).output).toContain('its VM is not up (stopped)');

    expect(await deploy('destroy')).toMatchObject({
      status: 1,
      output: expect.stringContaining('npx nx run vagrant:destroy --yes') as string,
    });
    expect(await deploy('destroy', '--yes')).toMatchObject({ status: 0 });
    expect(existsSync(machine()) ? readdirSync(machine()) : []).toEqual([]);
    expect((await deploy('ping')).output).toContain('its VM is not up (not created)');
  },
);
