import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sh, sshTransport, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NETWORK } from './container/container-network.js';
import { readContainerRecords } from './container/container-record.js';
import { baseImageOf } from './container/image.js';
import { hostId, hostKey } from './driver/host-id.js';
import { publishedPort, type ListedHost, type SandboxHost } from './driver/sandbox-host.js';
import {
  chooseDriver,
  findHost,
  hostsOf,
  listHosts,
  powerOff,
  powerOn,
  startHost,
  stopHost,
} from './drivers.js';
import { gateway } from './gateway/endpoint.js';
import { isAlive, type ProcessIdentity } from './system/process-identity.js';
import { paths } from './system/paths.js';
import { prepareContainers } from './testing/prepare-containers.js';

const LIBRARY = join(__dirname, '../dist/index.js');

/** One contract for all drivers: the same calls have the same results. */
describe.each(['nspawn', 'container'] as const)('the driver %s', (name) => {
  const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const own = async (): Promise<readonly ListedHost[]> =>
    (await listHosts()).filter((host) => host.workspace === workspace);
  const start = (host: string): Promise<SandboxHost> =>
    startHost({ name: host, workspace, driver: name });

  /** What a script prints on a host; fails with it. */
  async function on(host: SandboxHost, script: string): Promise<string> {
    const connection: Connection = await sshTransport({ configFile: '/dev/null' }).connect({
      ...{ name: host.name, address: host.address, port: host.port, user: host.user, sudo: false },
      ...{ identityFile: host.identityFile, knownHostsFile: host.knownHostsFile },
    });
    try {
      const { status, stdout, stderr } = await connection.run(sh`sh -c ${script}`);
      return `${stdout.toString()}${status === 0 ? '' : `status ${String(status)}: ${stderr}`}`;
    } finally {
      await connection.close();
    }
  }

  let web: SandboxHost;
  const hierarchies = controlGroups();
  beforeAll(async () => {
    if (name === 'container') await prepareContainers(console.log);
    web = await start('web.contract');
  });
  afterAll(async () => {
    for (const host of await own()) await stopHost(host);
    rmSync(workspace, { recursive: true });
  });

  it('works on this machine, and says what it is', async () => {
    const { driver, reason } = await chooseDriver(name);
    expect([driver.name, reason]).toEqual([
      name,
      expect.stringMatching(
        new RegExp(`^${name} \\((systemd|Podman|Docker) \\S+\\), as asked for$`),
      ),
    ]);
  });

  it('starts a Debian with systemd, which root reaches by ssh with a key only', async () => {
    const script = `id -un; hostname; . /etc/os-release; echo "$VERSION_CODENAME"
      systemctl is-system-running --wait; sshd -T | grep -E '^permitrootlogin'`;
    expect(await on(web, script)).toBe(
      'root\nweb\nbookworm\nrunning\npermitrootlogin without-password\n',
    );
    expect(web).toMatchObject({
      name: 'web.contract',
      workspace,
      driver: name,
      release: 'bookworm',
    });
  });

  it('gives people in it numbers that nobody has here', async () => {
    const script =
      'useradd someone && useradd --system service && id -u someone && id -g someone && id -u service';
    const numbers = (await on(web, script)).trim().split('\n').map(Number);
    expect(numbers).toEqual([50_000, 50_000, expect.toSatisfy((number) => number < 1000)]);
  });

  it('adds no hierarchy of control groups to the machine', () => {
    expect(controlGroups()).toEqual(hierarchies);
  });

  it('returns a host that runs as it is, and finds and lists it', async () => {
    expect(await start('web.contract')).toEqual(web);
    expect(await findHost(web)).toMatchObject({ ...web, status: 'running' });
    expect(await own()).toMatchObject([{ ...web, status: 'running' }]);
  });

  it('keeps a host from the other driver', async () => {
    const other = name === 'nspawn' ? 'container' : 'nspawn';
    await expect(startHost({ ...web, driver: other })).rejects.toThrow(
      `Cannot start host "web.contract" with the driver ${other}: ${name} has it`,
    );
  });

  it('has Debian packages, Node.js and npm packages', async () => {
    // Where the outside is open, a container gets them itself.
    const mirror = web.usesGateway ? gateway.nodeMirror : 'https://nodejs.org/dist';
    const script = `set -e
      { apt-get update -q; apt-get install -y -q tree xz-utils; } >/dev/null 2>&1
      tree --version | grep -o '^tree v'
      cd /opt; name=node-v20.19.5-linux-$(dpkg --print-architecture | sed s/amd64/x64/)
      curl -fsS -O ${mirror}/v20.19.5/$name.tar.xz; tar -xJf $name.tar.xz
      PATH=/opt/$name/bin:$PATH; node -v
      mkdir -p app; cd app; npm init -y >/dev/null; npm install --silent is-odd@3.0.1; ls node_modules`;
    expect(await on(web, script)).toBe('tree v\nv20.19.5\nis-number\nis-odd\n');
  });

  it('keeps the disk, the keys and the address over a power cut', async () => {
    await on(web, 'echo kept > /root/file; sync');
    await powerOff(web);
    expect((await findHost(web))?.status).toBe('stopped');
    const again = await powerOn(web);
    // The engine may give it another address among the hosts.
    expect({ ...again, innerAddress: '' }).toEqual({ ...web, innerAddress: '' });
    expect(await on(again, 'cat /root/file')).toBe('kept\n');
  });

  it('comes back by itself when it is rebooted from within', async () => {
    const bootTime = async () =>
      /^\d+\n$/.exec(await on(web, 'cut -d " " -f 22 /proc/1/stat').catch(() => ''))?.[0];
    const before = await bootTime();
    expect(before).toBeDefined();
    await on(web, 'systemctl reboot').catch(() => undefined);
    await expect
      .poll(async () => (await bootTime()) ?? before, { timeout: 60_000 })
      .not.toBe(before);
    expect(await on(web, 'cat /root/file')).toBe('kept\n');
  });

  it('is stopped after a power-off from within, and starts again', async () => {
    await on(web, 'systemctl poweroff').catch(() => undefined);
    await expect
      .poll(async () => (await findHost(web))?.status, { timeout: 30_000 })
      .toBe('stopped');
    const again = await start('web.contract');
    expect({ ...again, innerAddress: '' }).toEqual({ ...web, innerAddress: '' });
    expect(await on(again, 'cat /root/file')).toBe('kept\n');
  });

  it('lets hosts reach each other', async () => {
    const other = await start('other.contract');
    const { innerAddress } = (await findHost(other)) ?? other;
    const greeting = `bash -c 'read -r line < /dev/tcp/${innerAddress}/22 && echo "$line"'`;
    expect(await on(web, greeting)).toMatch(/^SSH-2.0/);
    await stopHost(other);
    expect(await findHost(other)).toBeUndefined();
  });

  it('starts ten hosts side by side', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `host-${String(i)}.ten`);
    const hosts = await Promise.all(names.map(start));
    const places = new Set(hosts.map(({ address, port }) => `${address}:${String(port)}`));
    expect(places.size).toBe(10);
    expect(await Promise.all(hosts.map((host) => on(host, 'hostname')))).toEqual(
      names.map((full) => `${full.split('.')[0] ?? ''}\n`),
    );
    await Promise.all(hosts.map((host) => stopHost(host)));
    expect((await own()).map((host) => host.name)).toEqual(['web.contract']);
  });

  it('leads from the published ports to the host, and leaves its other hosts alone', async () => {
    const serve = `setsid perl -MIO::Socket::INET -e '
      my $server = IO::Socket::INET->new(Listen => 5, LocalPort => 80, ReuseAddr => 1) or die;
      while (my $client = $server->accept) { print $client "here\\n"; close $client }' >/dev/null 2>&1 &`;
    await on(web, serve);
    const answer = async (): Promise<string> => {
      const socket = connect(publishedPort(web, 80), web.address);
      const [data] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return data.toString();
    };
    await expect.poll(() => answer().catch(String)).toBe('here\n');
    // A host of an environment is no host of another whose name ends like it.
    const host = await startHost({ ...hostKey('b', 'a', workspace), driver: name });
    const other = await start('c.a.b');
    expect([...(await hostsOf('b', workspace)).keys()]).toEqual(['a']);
    await Promise.all([stopHost(host), stopHost(other)]);
  });

  it.each([150, 1000, 2000])('corrects what a call killed after %i ms has left', async (delay) => {
    const key = { name: 'cut.contract', workspace };
    const script = `require(process.argv[1]).startHost({ ...${JSON.stringify(key)}, driver: '${name}' })`;
    const child = spawn(process.execPath, ['-e', script, LIBRARY], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await sleep(delay);
    child.kill('SIGKILL');
    await ended;
    const host = await start('cut.contract');
    expect(await on(host, 'hostname')).toBe('cut\n');
    await stopHost(host);
    expect(traces(host)).toEqual([]);
  });

  it('leaves nothing when a host is removed', async () => {
    await stopHost(web);
    expect(await findHost(web)).toBeUndefined();
    expect(traces(web)).toEqual([]);
    // A second time, it does nothing.
    await stopHost(web);
  });
});

/** What this machine still has of a host, and of containers at all when it was the last one. */
function traces({ id, driver }: SandboxHost): readonly string[] {
  const print = (program: string, ...args: readonly string[]): readonly string[] =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const files = [paths.host(id).folder, paths.container(id).folder].filter(existsSync);
  const mentions = [
    ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n'),
    ...print('ps', '-eo', 'args'),
    ...print('podman', 'ps', '--all', '--format', '{{.Names}}'),
  ]
    // Anybody may list the hosts at this moment.
    .filter((line) => line.includes(id) && !line.includes('container inspect'));
  const last = driver === 'container' && readContainerRecords().length === 0;
  return [...files, ...mentions, ...(last ? commonTraces() : [])];
}

function commonTraces(): readonly string[] {
  const { stdout } = spawnSync('podman', ['network', 'ls', '--format', '{{.Name}}'], {
    encoding: 'utf8',
  });
  const record = join(paths.containerGateway, 'process.json');
  const runs =
    existsSync(record) && isAlive(JSON.parse(readFileSync(record, 'utf8')) as ProcessIdentity);
  return [...stdout.split('\n').filter((line) => line === NETWORK), ...(runs ? ['gateway'] : [])];
}

/** The names of the machine's hierarchies (cgroups(7)). */
function controlGroups(): readonly string[] {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  return lines.map((line) => line.split(':')[1] ?? '');
}

it('a container whose port another program has is refused, and says which', async () => {
  await prepareContainers(console.log);
  const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = { name: 'taken', workspace, driver: 'container', ports: { 80: port } } as const;
  await expect(startHost(options)).rejects.toThrow(
    `Cannot start host "taken": another program of this machine has port ${String(port)}, which leads to its port 80`,
  );
  expect(await findHost(options)).toBeUndefined();
  server.close();
  const host = await startHost(options);
  expect(publishedPort(host, 80)).toBe(port);
  await stopHost(host);
  rmSync(workspace, { recursive: true });
});

it('a container that came after its record was removed is listed, and removed', async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const host = await startHost({ name: 'late', workspace, driver: 'container' });
  rmSync(paths.container(host.id).folder, { recursive: true });
  expect(await findHost(host)).toBeUndefined();
  expect((await listHosts()).filter(({ id }) => id === host.id)).toMatchObject([
    { name: 'late', workspace },
  ]);
  await stopHost(host);
  expect(traces(host)).toEqual([]);
  rmSync(workspace, { recursive: true });
});

describe('an engine that misbehaves', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const programs = mkdtempSync(join(tmpdir(), 'programs-'));
  const key = { name: 'kept', workspace };
  afterAll(async () => {
    await stopHost(key);
    for (const folder of [workspace, programs]) rmSync(folder, { recursive: true });
  });

  /** What a process prints that uses the library, with a program first in its PATH. */
  function withProgram(program: string, script: string, use: string): string {
    writeFileSync(join(programs, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const print = `.then((value) => console.log(JSON.stringify(value)), (error) => console.log(error.message))`;
    const code = `const library = require(${JSON.stringify(LIBRARY)}); library.${use}${print}`;
    const env = { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` };
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', env });
    rmSync(join(programs, program));
    return `${stdout}${stderr}`;
  }

  it('leaves the other hosts alone: one that is stuck, or talks nonsense', async () => {
    const host = await startHost({ ...key, driver: 'container' });
    for (const script of ['exec sleep 1000', 'echo "WARNING: something"']) {
      const found = withProgram('docker', script, 'listHosts()');
      expect(JSON.parse(found)).toContainEqual(expect.objectContaining({ id: host.id }));
    }
  });

  it('never costs a host its disk', async () => {
    const host = await findHost(key);
    expect(host?.status).toBe('running');
    const script = `case $* in *inspect*) echo 'Error: database is locked' >&2; exit 125 ;; esac
      PATH=\${PATH#*:}; exec podman "$@"`;
    const start = `startHost(${JSON.stringify({ ...key, driver: 'container' })})`;
    expect(withProgram('podman', script, start)).toContain('database is locked');
    expect(await findHost(key)).toEqual(host);
    const listed = JSON.parse(withProgram('podman', script, 'listHosts()')) as ListedHost[];
    expect(listed.find(({ id }) => id === hostId(key))?.status).toBe('unknown');
  });
});

it("a container with a host's name that is somebody else's is left alone", async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const key = { name: 'foreign', workspace };
  const name = `fairness-deploy-${hostId(key)}`;
  const podman = (...args: readonly string[]): string =>
    spawnSync('podman', args, { encoding: 'utf8' }).stdout;
  podman('create', '--name', name, baseImageOf('bookworm'), 'true');
  try {
    await expect(startHost({ ...key, driver: 'container' })).rejects.toThrow(
      `Cannot start host "foreign": podman has a container "${name}" that is not of this user's sandboxes`,
    );
    expect(podman('ps', '--all', '--format', '{{.Names}}')).toContain(name);
    expect(readContainerRecords().filter((record) => record.workspace === workspace)).toEqual([]);
  } finally {
    podman('rm', name);
  }
  rmSync(workspace, { recursive: true });
});
