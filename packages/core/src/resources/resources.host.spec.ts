import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, stopHost, type SandboxHost } from '@fairness-deploy/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sh, type Script } from '../script/sh.js';
import { checkResourceContract, type HostAnswer } from '../testing/resource-contract.js';
import { aptPackages } from './apt-packages.js';
import { cronEntry } from './cron-entry.js';
import { directory } from './directory.js';
import { file } from './file.js';
import { link } from './link.js';
import { service } from './service.js';
import { systemUser } from './system-user.js';

const workspace = mkdtempSync(join(tmpdir(), 'resources-'));
const key = { workspace, name: 'resources' };
let host: SandboxHost;

beforeAll(async () => {
  host = await startHost(key);
});
afterAll(async () => {
  await stopHost(key);
  rmSync(workspace, { recursive: true });
});

/** Through OpenSSH: what is tested here is the scripts. */
const run = (script: Script): Promise<HostAnswer> =>
  new Promise((resolve) => {
    const { identityFile, knownHostsFile, address } = host;
    const child = execFile(
      'ssh',
      [
        '-F',
        'none',
        '-i',
        identityFile,
        '-o',
        `UserKnownHostsFile=${knownHostsFile}`,
        `root@${address}`,
        'sh -s',
      ],
      { encoding: 'buffer', maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : 255) : 0;
        resolve({ status, stdout, stderr: stderr.toString() });
      },
    );
    child.stdin?.end(script.reveal());
  });

const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV ann',
  'restrict,command="true" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbW bob',
];

describe('on a real host', () => {
  it('file()', async () => {
    const path = '/etc/an app.conf';
    await checkResourceContract({
      run,
      resource: file({ path, content: 'a\n', owner: 'daemon', mode: '0640' }),
      drift: sh`echo b >>${path}; chmod 666 ${path}; chown root ${path}`,
      changed: file({ path, content: 'a\nb', group: 'daemon' }),
      absent: file({ path }, { ensure: 'absent' }),
    });
  });

  it('directory()', async () => {
    const path = '/srv/a folder';
    await checkResourceContract({
      run,
      resource: directory({ path, owner: 'daemon' }),
      drift: sh`rmdir ${path}`,
      changed: directory({ path, mode: '1777' }),
      absent: directory({ path }, { ensure: 'absent' }),
    });
  });

  it('link()', async () => {
    const path = '/srv/link';
    await checkResourceContract({
      run,
      resource: link({ path, target: '/etc' }),
      drift: sh`ln -sfn /usr ${path}`,
      changed: link({ path, target: '../no where' }),
      absent: link({ path }, { ensure: 'absent' }),
    });
  });

  it('cronEntry()', async () => {
    await checkResourceContract({
      run,
      resource: cronEntry({ name: 'test', schedule: '@daily', command: 'date +%s >/dev/null' }),
      drift: sh`rm /etc/cron.d/test`,
      changed: cronEntry({
        name: 'test',
        schedule: '*/5 1-3 * jan mon',
        user: 'daemon',
        command: 'true',
      }),
      absent: cronEntry({ name: 'test' }, { ensure: 'absent' }),
    });
  });

  it('systemUser()', async () => {
    await checkResourceContract({
      run,
      resource: systemUser({
        name: 'app',
        home: '/srv/app',
        shell: '/bin/bash',
        groups: ['adm', 'www-data'],
        authorizedKeys: KEYS,
        system: true,
      }),
      drift: sh`
        usermod -s /bin/sh -G games app
        chmod 777 /srv/app/.ssh
        printf 'ssh-rsa AAAA mallory\n# note\n' >>/srv/app/.ssh/authorized_keys`,
      changed: systemUser({
        name: 'app',
        home: '/srv/app',
        shell: '/bin/sh',
        groups: [],
        authorizedKeys: [],
      }),
      absent: systemUser({ name: 'app' }, { ensure: 'absent' }),
    });
    expect((await run(sh`[ -d /srv/app ]`)).status).toBe(0);
  });

  it('systemUser() reads and writes no more than the user could', async () => {
    const resource = systemUser({ name: 'eve', home: '/srv/eve', authorizedKeys: [] });
    await run(sh`
      useradd -m -d /srv/eve eve
      mkdir /srv/eve/.ssh
      ln -s /etc/shadow /srv/eve/.ssh/authorized_keys
      chown -hR eve: /srv/eve/.ssh`);
    const before = (await run(resource.read)).stdout.toString();
    expect(before).not.toContain('root:');
    expect((await run(sh`set -eu; ${resource.plan(before)?.apply ?? sh`false`}`)).status).toBe(0);
    expect(
      (await run(sh`[ -s /etc/shadow ] && [ ! -L /srv/eve/.ssh/authorized_keys ]`)).status,
    ).toBe(0);
    expect(resource.plan((await run(resource.read)).stdout.toString())).toBeUndefined();
  });

  it('aptPackages()', async () => {
    await checkResourceContract({
      run,
      resource: aptPackages({ names: ['tree', 'bc'] }),
      drift: sh`apt-get remove -qq -y tree >/dev/null 2>&1`,
      absent: aptPackages({ names: ['tree', 'bc'] }, { ensure: 'absent' }),
    });
  });

  it('aptPackages() says what it waits for', async () => {
    const resource = aptPackages({ names: ['tree'] });
    await run(sh`apt-get remove -qq -y tree >/dev/null 2>&1 || :`);
    const { stdout, status } = await run(sh`
      set -eu
      apt-get install -qq -y python3-minimal >/dev/null 2>&1 || exit 3
      python3 -c 'import fcntl, time; f = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(4)' &
      sleep 1
      ${resource.plan('')?.apply ?? sh`false`}`);
    expect(stdout.toString()).toMatch(
      /Waiting for apt: process \d+ \(python3\) holds .var.lib.dpkg.lock-frontend/,
    );
    expect(status).toBe(0);
  });

  describe('service()', () => {
    const unit = file({
      path: '/etc/systemd/system/sleeper.service',
      content: `[Service]
ExecStart=/bin/sh -c 'cat /etc/sleeper.conf; exec sleep infinity'
ExecReload=/bin/sh -c 'echo reloaded >>/run/sleeper'
[Install]
WantedBy=multi-user.target
`,
    });
    const configuration = file({ path: '/etc/sleeper.conf', content: 'one\n' });
    const all = { unit: 'sleeper', enabled: true, running: true, action: 'reload' } as const;
    const resource = service({ ...all, loads: [unit, configuration] });
    const apply = async (of: {
      plan: typeof resource.plan;
      read: Script;
    }): Promise<string | undefined> => {
      const change = of.plan((await run(of.read)).stdout.toString());
      if (!change) return undefined;
      const { status, stderr } = await run(sh`set -eu; ${change.apply}`);
      return status === 0 ? JSON.stringify(change.differences) : stderr;
    };

    it('lives as a resource does', async () => {
      await apply(unit);
      await apply(configuration);
      await checkResourceContract({
        run,
        resource: service({ ...all, unit: 'cron', loads: [] }),
        drift: sh`systemctl disable --quiet --now cron`,
        changed: service({ unit: 'cron', enabled: false, running: false }),
      }).catch((error: unknown) => {
        // It is there from the start.
        expect(String(error)).toContain('no change is planned');
      });
      expect((await run(resource.read)).stdout.toString()).not.toContain('not-found');
      await apply(resource);
      expect(await apply(resource)).toBeUndefined();
      await run(sh`systemctl disable --quiet --now sleeper`);
      expect(await apply(resource)).toMatch(/enabled.*status/);
      expect(await apply(resource)).toBeUndefined();
    });

    it('reloads what changed, also when the run that changed it was interrupted', async () => {
      const next = file({ path: '/etc/sleeper.conf', content: 'two\n' });
      const planned = service({ ...all, loads: [unit, next] });
      const before = (await run(planned.read)).stdout.toString();
      expect(planned.plan(before)?.differences).toEqual([
        { kind: 'value', field: 'outdated', from: '/etc/sleeper.conf', to: '' },
      ]);
      await apply(next);
      expect(await apply(planned)).toContain('outdated');
      expect((await run(sh`cat /run/sleeper`)).stdout.toString()).toBe('reloaded\n');
      expect(await apply(planned)).toBeUndefined();
      // Changed and changed back, while the service may have loaded what was between.
      await run(sh`echo three >/etc/sleeper.conf`);
      await apply(next);
      expect(await apply(planned)).toContain('outdated');
      expect(await apply(planned)).toBeUndefined();
      await run(sh`chmod 600 /etc/sleeper.conf`);
      await apply(next);
      expect(await apply(planned)).toBeUndefined();
    });

    it('restarts for a changed unit file', async () => {
      const changed = {
        ...unit,
        ...file({
          path: unit.path,
          content: `# changed\n${'[Service]\nExecStart=sleep 1000\n[Install]\nWantedBy=multi-user.target\n'}`,
        }),
      };
      const next = file({ path: '/etc/sleeper.conf', content: 'two\n' });
      const planned = service({ ...all, loads: [changed, next] });
      const pid = sh`systemctl show -p MainPID sleeper`;
      const before = (await run(pid)).stdout.toString();
      await apply(changed);
      expect(await apply(planned)).toContain('outdated');
      expect((await run(pid)).stdout.toString()).not.toBe(before);
      expect(await apply(planned)).toBeUndefined();
    });

    it('keeps the reload due when the check or the reload fails', async () => {
      const next = file({ path: '/etc/sleeper.conf', content: 'bad\n' });
      const planned = service({ ...all, loads: [next], check: sh`grep -q good /etc/sleeper.conf` });
      await apply(next);
      await apply(planned);
      expect(planned.plan((await run(planned.read)).stdout.toString())?.differences).toHaveLength(
        1,
      );
    });
  });
});
