/** A VM of Vagrant from `up` to `destroy`, with any provider. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CommandWorkspace, type Ended } from '@fairness-deploy/core/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { expect } from 'vitest';
import { insecurePublicKey } from './box-root.js';
import { withVagrant, type TestProvider, type TestVagrant } from './provider.js';
import { openShop, PAGE } from './shop.js';

const SITE = 'http://localhost:3080/';

/** Takes a VM from `up` to `destroy`, with a deployment and a tunnel in between. @throws what expect() throws. */
export function takeRound(provider: TestProvider): Promise<void> {
  return withVagrant(provider, async (vagrant) => {
    const workspace = new CommandWorkspace(vagrant.variables);
    vagrant.undo.add(['rm', '-rf', workspace.folder]);
    cpSync('vagrant', join(workspace.folder, 'vagrant'), { recursive: true });
    rmSync(join(workspace.folder, 'vagrant/.vagrant'), { recursive: true, force: true });
    const databasePort = await openShop(workspace, vagrant.undo);
    // The tunnel of a killed test would have the port of the site.
    vagrant.undo.add(['pkill', '-KILL', '-f', `^[^ ]+ ${workspace.folder}/`]);
    await take({ provider, workspace, databasePort, ...vagrant });
  });
}

interface Round extends TestVagrant {
  readonly provider: TestProvider;
  readonly workspace: CommandWorkspace;
  readonly databasePort: number;
}

async function take({ provider, workspace, databasePort, variables }: Round): Promise<void> {
  const deploy = (command: string, ...words: readonly string[]): Promise<Ended> =>
    workspace.run(command, 'vagrant', ...words);
  const machine = join(workspace.folder, 'vagrant/.vagrant/machines/web', provider.name);
  const pins = (): readonly string[] =>
    readdirSync(machine)
      .filter((name) => name.startsWith('known_hosts'))
      .flatMap((name) => readFileSync(join(machine, name), 'utf8').trimEnd().split('\n'));

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
  const pinned = pins();
  expect(pinned).toHaveLength(1);
  expect((await deploy('vm-status')).output).toMatch(
    new RegExp(`^web +web +running +${provider.name}$`, 'm'),
  );
  expect((await deploy('vagrant', '--', 'status')).output).toContain(`running (${provider.name})`);

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
  const database = `--database-port=${String(databasePort)}`;
  expect(await deploy('tunnel', database)).toMatchObject({
    status: 1,
    output: expect.stringContaining(
      'Cannot listen on 127.0.0.1:3080 of this machine: another program has it\n  → see which program has it: ss -ltnp sport = :3080\n    or choose another port: npx nx run vagrant:tunnel --site-port=3081',
    ) as string,
  });
  other.close();
  const tunnel = start(workspace, variables, 'tunnel', database);
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
  expect(await page()).toBe(PAGE);

  // The VM goes, and comes back: so does the tunnel.
  const reload = await deploy('reload');
  expect(reload).toMatchObject({ status: 0 });
  // Also at another address, which lxc gives it: its key is the pinned one.
  expect(reload.output).not.toContain('is pinned until');
  expect(pins()).toEqual(pinned);
  expect(tunnel.said()).not.toContain('Cannot trust');
  await expect
    .poll(tunnel.said, patience)
    .toMatch(/(?=[^]*The tunnel to the site is up again)[^]*The tunnel to PostgreSQL is up again/);
  await expect.poll(page, patience).toBe(PAGE);
  tunnel.child.kill('SIGINT');
  expect(await tunnel.ended).toEqual([130, null]);
  expect(tunnel.said()).toContain('the tunnel is closed');
  expect(await page()).toContain('fetch failed');

  const open = start(workspace, variables, 'tunnel', database);
  await expect.poll(open.said, patience).toContain('http://localhost:3080 is the site');

  // Another key is refused, also at another address.
  const command = 'sudo rm /etc/ssh/ssh_host_*_key* && sudo ssh-keygen -A';
  expect(await deploy('ssh', '--command', command)).toMatchObject({ status: 0 });
  expect(await deploy('reload')).toMatchObject({
    status: 1,
    output: expect.stringContaining('its host key is not the one that is pinned') as string,
  });
  expect(pins()).toEqual(pinned);
  await expect
    .poll(open.said, patience)
    .toMatch(/its host key is not the one that is pinned[^]*Trying again/);

  // As people type it.
  const halt = execFileSync('npx', ['nx', 'run', 'vagrant:halt'], {
    cwd: workspace.folder,
    encoding: 'utf8',
    env: nxEnvironment(variables),
  });
  expect(halt).toContain('vagrant halt');
  expect((await deploy('ping')).output).toContain(`its VM is not up (${provider.halted})`);

  expect(await deploy('destroy')).toMatchObject({
    status: 1,
    output: expect.stringContaining('npx nx run vagrant:destroy --yes') as string,
  });
  expect(await deploy('destroy', '--yes')).toMatchObject({ status: 0 });
  // A tunnel waits for a VM that is off, but not for one that is gone.
  expect(await open.ended).toEqual([1, null]);
  expect(open.said()).toContain('its VM is not up (not created)');
  expect(existsSync(machine) ? readdirSync(machine) : []).toEqual([]);
}

const patience = { timeout: 120_000 };

/** A command that stays, and what it has said. */
function start(
  { folder }: CommandWorkspace,
  variables: Readonly<Record<string, string>>,
  command: string,
  ...words: readonly string[]
) {
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules/.bin/fairness-deploy'), command, 'vagrant', ...words],
    {
      cwd: folder,
      env: { ...childEnvironment(), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return { child, said: () => output, ended: once(child, 'close') };
}

async function page(): Promise<string> {
  try {
    return await (await fetch(SITE)).text();
  } catch (error) {
    return String(error);
  }
}
