import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../system/command.js';
import { sshArguments } from '../testing/ssh-arguments.js';
import { identify } from '../system/process-identity.js';
import { gateway } from '../gateway/endpoint.js';
import { paths } from '../system/paths.js';
import { buildBase } from './base/build-base.js';
import { deleteLayer, saveLayer } from './host/save-layer.js';
import { hostKey } from '../driver/host-id.js';
import { installPrerequisites } from './prerequisites.js';
import { type NspawnHost } from './host/nspawn-host.js';
import { NSPAWN } from './nspawn-driver.js';
import { powerOff, powerOn, shutDown } from './host/power.js';
import { startNspawnHost } from './host/start-nspawn-host.js';
import { stopNspawnHost } from './host/stop-nspawn-host.js';

const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
const library = join(__dirname, '../../dist/index.js');

const run = (host: NspawnHost, script: string): Promise<string> =>
  command('ssh', sshArguments(host, ['sh', '-s']), { input: script });

/** Everything on this machine that bears a host's name or number. */
function traces(host: NspawnHost): readonly string[] {
  const number = host.address.split('.')[3] ?? '';
  const mentions = (text: string): string[] =>
    text.split('\n').filter((line) => line.includes(host.id));
  const processes = readdirSync('/proc')
    // Without those that have ended and that the machine's process 1 hasn't taken note of yet.
    .filter((pid) => /^\d+$/.test(pid) && identify(Number(pid)) !== undefined)
    .flatMap((pid) => {
      try {
        return mentions(
          `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}${readFileSync(`/proc/${pid}/cgroup`, 'utf8')}`,
        );
      } catch {
        return [];
      }
    });
  const groups = execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', host.id], {
    encoding: 'utf8',
  });
  return [
    ...mentions(readFileSync('/proc/self/mountinfo', 'utf8')),
    ...processes,
    ...mentions(groups),
    ...[
      `/sys/class/net/fdsb-${number}`,
      `/run/netns/fdsb-${number}`,
      join(host.root, '..'),
      join(paths.locks, `host-${host.id}.lock`),
    ].filter((path) => existsSync(path)),
  ];
}

beforeAll(async () => {
  await installPrerequisites(console.log);
  await buildBase(console.log, 'bookworm');
});

afterAll(async () => {
  for (const host of await NSPAWN.list())
    if (host.workspace === workspace) await stopNspawnHost(host);
  rmSync(workspace, { recursive: true });
});

describe('a sandbox host', () => {
  let host: NspawnHost;
  beforeAll(async () => {
    host = await startNspawnHost({ ...hostKey('staging', 'web', workspace), memory: 1024 ** 3 });
  });
  afterAll(() => stopNspawnHost(host));

  it('is a Debian with systemd, reached by ssh as root', async () => {
    expect(await run(host, 'id -un; hostname -f; systemctl is-system-running --wait')).toBe(
      'root\nweb.staging\nrunning\n',
    );
  });

  it('leaves nothing behind when it stops', async () => {
    const other = await startNspawnHost({ name: 'quick', workspace });
    await stopNspawnHost(other);
    expect(traces(other)).toEqual([]);
  });

  it('is returned as it is when it runs', async () => {
    expect(await startNspawnHost(hostKey('staging', 'web', workspace))).toEqual(host);
    expect(await NSPAWN.find(host)).toMatchObject({ ...host, status: 'running' });
    expect(await NSPAWN.find({ ...host, workspace: '/' })).toBeUndefined();
  });

  it('lets root in with a key only', async () => {
    expect(await run(host, 'sshd -T | grep -E "^(permitrootlogin|port) "')).toBe(
      'port 22\npermitrootlogin without-password\n',
    );
  });

  it('keeps its memory limit', () => {
    const file = `memory/fairness-deploy-sandbox/${host.id}/memory.limit_in_bytes`;
    const unified = `fairness-deploy-sandbox/${host.id}/memory.max`;
    const found = [file, unified].map((path) => join('/sys/fs/cgroup', path)).find(existsSync);
    expect(readFileSync(found ?? '', 'utf8').trim()).toBe(String(1024 ** 3));
  });

  it('installs Debian packages', async () => {
    expect(
      await run(
        host,
        'apt-get update -qq && apt-get install -y -qq tree >/dev/null 2>&1; tree --version',
      ),
    ).toContain('tree v');
  });

  it('fetches nothing but this machine’s package sources', async () => {
    const script = `
      curl -sS -o /dev/null -w '%{http_code}\\n' -x ${gateway.aptProxy} http://elsewhere.example/
      curl -sS -o /dev/null -m 1 http://198.51.100.1/ 2>/dev/null || echo unreachable
      getent hosts elsewhere.example || echo unknown`;
    expect(await run(host, script)).toBe('403\nunreachable\nunknown\n');
  });

  it('uses a package source on the gateway’s address directly, as tests have them', async () => {
    const script = `apt-config dump | grep -c '^Acquire::http::Proxy::.* "DIRECT";'`;
    expect(await run(host, script)).toBe('3\n');
  });

  it('installs Node.js from archives like the official ones, and npm packages with it', async () => {
    const script = `
      set -e
      apt-get install -y -qq xz-utils >/dev/null 2>&1
      cd /opt; name=node-v20.19.5-linux-x64
      curl -fsS -O ${gateway.nodeMirror}/v20.19.5/$name.tar.xz -O ${gateway.nodeMirror}/v20.19.5/SHASUMS256.txt
      grep "$name.tar.xz" SHASUMS256.txt | sha256sum -c
      tar -xJf $name.tar.xz; PATH=/opt/$name/bin:$PATH
      node -v
      env -i PATH="$PATH" npm view left-pad@1.3.0 version
      mkdir app; cd app; npm init -y >/dev/null; npm install --silent is-odd@3.0.1; ls node_modules`;
    expect(await run(host, script)).toBe(
      'node-v20.19.5-linux-x64.tar.xz: OK\nv20.19.5\n1.3.0\nis-number\nis-odd\n',
    );
  });

  it('has an index of Node.js, and each version with its own npm', async () => {
    const script = `
      set -e
      cd /opt; name=node-v16.20.2-linux-x64
      curl -fsS ${gateway.nodeMirror}/index.tab | grep -E '^(version|v16[.]20[.]2|v23[.]0[.]0)' | cut -f 1,3,4,10
      curl -fsS ${gateway.nodeMirror}/index.json | grep -o '"version":"v16.20.2"'
      curl -fsS -O ${gateway.nodeMirror}/v16.20.2/$name.tar.xz
      tar -xJf $name.tar.xz; PATH=/opt/$name/bin:$PATH
      npm -v
      mkdir old; cd old; npm init -y >/dev/null; npm install --silent is-number@7.0.0; npm ci --silent
      ls node_modules`;
    expect(await run(host, script)).toBe(
      [
        ...['version\tfiles\tnpm\tlts', 'v23.0.0\tlinux-x64\t10.9.2\t-'],
        ...['v16.20.2\tlinux-x64\t8.19.4\tGallium', '"version":"v16.20.2"', '8.19.4'],
        'is-number\n',
      ].join('\n'),
    );
  });

  it('survives a power cut with its disk, its keys and its address', async () => {
    await run(host, 'echo kept > /root/file; nohup sleep 1000 >/dev/null 2>&1 &');
    await powerOff(host);
    expect((await NSPAWN.find(host))?.status).toBe('stopped');
    expect(await powerOn(host)).toEqual(host);
    expect(await run(host, 'cat /root/file; pgrep -x sleep || echo none')).toBe('kept\nnone\n');
  });

  it('gives its disk to new hosts as a layer', async () => {
    const layer = `test-${host.id}`;
    await run(host, 'rm /etc/motd');
    await saveLayer(host, layer);
    const heir = await startNspawnHost({ name: 'heir', workspace, layer });
    try {
      const script =
        'cat /root/file /etc/hostname; test -e /etc/motd || echo removed; tree --version';
      expect(await run(heir, script)).toMatch(/^kept\nheir\nremoved\ntree v/);
      const keys = [host, heir].map(
        (each) => readFileSync(each.knownHostsFile, 'utf8').split(' ')[2],
      );
      expect(keys[0]).not.toBe(keys[1]);
      // Saving again under the name, and deleting it, leaves those alone that stand on it.
      await saveLayer(host, layer);
      await deleteLayer(layer);
      await powerOff(heir);
      await powerOn(heir);
      expect(await run(heir, 'cat /root/file')).toBe('kept\n');
    } finally {
      await stopNspawnHost(heir);
      await deleteLayer(layer);
    }
  });

  it('reaches the other hosts of this machine', async () => {
    const other = await startNspawnHost({ name: 'other', workspace });
    const greeting = `bash -c 'read -r line < /dev/tcp/${other.address}/22 && echo "$line"'`;
    expect(await run(host, greeting)).toMatch(/^SSH-2.0/);
    await stopNspawnHost(other);
  });

  it('shuts down in order', async () => {
    await run(
      host,
      'printf "[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=true\\nExecStop=touch /root/stopped\\n" > /run/systemd/system/last.service; systemctl daemon-reload; systemctl start last',
    );
    await shutDown(host);
    await powerOn(host);
    expect(await run(host, 'ls /root/stopped')).toBe('/root/stopped\n');
  });
});

describe('startNspawnHost()', () => {
  it('called by two processes at once starts one host', async () => {
    const script = `require(process.argv[1]).startHost({ name: 'twice', workspace: process.argv[2] }).then((host) => console.log(JSON.stringify(host)))`;
    const start = (): Promise<string> =>
      command(process.execPath, ['-e', script, library, workspace]);
    const [one, two] = await Promise.all([start(), start()]);
    expect(one).toBe(two);
    await stopNspawnHost({ name: 'twice', workspace });
  });

  it('gives hosts that start at once addresses of their own', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const hosts = await Promise.all(names.map((name) => startNspawnHost({ name, workspace })));
    expect(new Set(hosts.map(({ address }) => address)).size).toBe(names.length);
    await Promise.all(hosts.map((host) => stopNspawnHost(host)));
    for (const host of hosts) expect(traces(host)).toEqual([]);
  });

  it.each([20, 100, 200, 300, 450])(
    'corrects what a call killed after %i ms has left',
    async (delay) => {
      const script = `require(process.argv[1]).startHost({ name: 'cut', workspace: process.argv[2] })`;
      const child = spawn(process.execPath, ['-e', script, library, workspace], {
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      await sleep(delay);
      child.kill('SIGKILL');
      await ended;
      const host = await startNspawnHost({ name: 'cut', workspace });
      expect(await run(host, 'hostname')).toBe('cut\n');
      await stopNspawnHost(host);
      expect(traces(host)).toEqual([]);
    },
  );

  it('starts a host of another release of Debian', async () => {
    const host = await startNspawnHost({ name: 'trixie', workspace, release: 'trixie' });
    try {
      const script = 'cat /etc/debian_version; systemctl is-system-running --wait';
      expect(await run(host, script)).toMatch(/^13\.\d+\nrunning\n$/);
      expect(await run(host, 'apt-get update -qq && apt-cache policy nginx')).toContain(' 1.26.');
    } finally {
      await stopNspawnHost(host);
    }
  });

  it('refuses a name, an address or a layer that can’t be', async () => {
    await expect(startNspawnHost({ name: 'A b', workspace })).rejects.toThrow('Cannot name');
    await expect(
      startNspawnHost({ name: 'a', workspace, address: '198.51.100.1' }),
    ).rejects.toThrow('Cannot give a host the address "198.51.100.1"');
    await expect(startNspawnHost({ name: 'a', workspace, layer: 'none' })).rejects.toThrow(
      'there is no layer "none"',
    );
    await expect(powerOn({ name: 'a', workspace })).rejects.toThrow('Cannot find host "a"');
  });
});

describe('stopNspawnHost()', () => {
  it('does nothing when there is no such host', async () => {
    await stopNspawnHost({ name: 'none', workspace });
  });
});
