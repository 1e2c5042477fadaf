import { withHint } from '@fairness-deploy/shell/text';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { Secret } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '../resources/directory.js';
import { file } from '../resources/file.js';
import { inLiveFolders } from '../resource-parts/live-folder.js';
import { KNOWN_FOLDERS } from '../resource-parts/known-daemons.js';
import { noPath } from '../resources/no-path.js';
import { service } from '../resources/service.js';
import { systemUser, type SystemUserSpec } from '../resources/system-user.js';
import type { Resource } from '../resource/resource.js';
import { type Connection, sh } from '@fairness-deploy/shell';
import { planHost } from './plan.js';

let test: TestHost;
let root: Connection;
let deploy: Connection;

const RIGHT = '/etc/sudoers.d/deploy';

beforeAll(async () => {
  test = await startTestHost('login');
  root = await test.connect();
  await root.run(sh`
    set -eu
    useradd -m -s /bin/bash -G adm deploy
    echo 'deploy:right' | chpasswd
    mkdir -m 0700 /home/deploy/.ssh
    cp /root/.ssh/authorized_keys /home/deploy/.ssh/authorized_keys
    chown -R deploy: /home/deploy/.ssh
    echo 'deploy ALL=(ALL) NOPASSWD: ALL' >${RIGHT}`);
  deploy = await test.connect({ user: 'deploy' });
});
afterAll(async () => {
  await deploy.close();
  await root.close();
  await test.stop();
});

/** Why nothing of this may be applied; `[]` when it may. */
async function refusals(
  connection: Connection,
  ...resources: readonly Resource[]
): Promise<readonly string[]> {
  const handled = resources.map((resource) => inLiveFolders(resource, KNOWN_FOLDERS));
  const before = connection.traffic.roundTrips;
  const plan = await planHost(connection, handled);
  expect(connection.traffic.roundTrips).toBe(before + 1);
  expect(plan.changes.length + plan.unreadable.length).toBe(resources.length);
  return [
    ...plan.unreadable.map(({ reason, hint }) => withHint(reason, hint)),
    ...(plan.refusal ? [withHint(plan.refusal.message, plan.refusal.hint)] : []),
  ];
}

const OTHER =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV bob';
const account = (spec: Omit<SystemUserSpec, 'name'>) => systemUser({ name: 'deploy', ...spec });
const sudoers = (content: string, path = RIGHT) => file({ path, content });
const sshd = (content: string) =>
  file({ path: '/etc/ssh/sshd_config.d/10-own.conf', content: `${content}\n` });

describe('a connection', () => {
  it('has the account and key of its login', async () => {
    const { stdout } = await root.run(sh`cut -d ' ' -f 1,2 /root/.ssh/authorized_keys | head -n 1`);
    const publicKey = stdout.toString().trim();
    expect(root.login).toEqual({ user: 'root', publicKey });
    expect(deploy.login).toEqual({ user: 'deploy', publicKey, sudo: {} });
  });
});

describe('the account that the connection lives on', () => {
  it('keeps its key, shell and home, and is not removed', async () => {
    const key = deploy.login.publicKey ?? '';
    expect(await refusals(deploy, account({ authorizedKeys: [OTHER] }))).toEqual([
      expect.stringContaining(`Add this line there: ${key}`),
    ]);
    expect(await refusals(deploy, account({ shell: '/usr/sbin/nologin' }))).toHaveLength(1);
    expect(await refusals(deploy, account({ home: '/srv/deploy' }))).toHaveLength(1);
    expect(await refusals(deploy, systemUser({ name: 'deploy' }, { ensure: 'absent' }))).toEqual([
      expect.stringContaining('Cannot remove deploy: this connection logged in as deploy'),
    ]);
    const keys = file({ path: '/home/deploy/.ssh/authorized_keys', content: `${OTHER}\n` });
    expect(await refusals(deploy, keys)).toEqual([expect.stringContaining(key)]);
    expect(await refusals(deploy, account({ authorizedKeys: [OTHER, key], groups: [] }))).toEqual(
      [],
    );
    for (const spec of [
      { path: '/home/deploy', owner: 'deploy', mode: '0777' },
      { path: '/home/deploy', owner: 'adm' },
      { path: '/home/deploy/.ssh', owner: 'root', mode: '0700' },
    ]) {
      expect(await refusals(deploy, directory(spec))).toEqual([
        expect.stringContaining('sshd would no longer accept that key'),
      ]);
    }
    expect(await refusals(deploy, noPath({ path: '/home/deploy' }))).toEqual([
      expect.stringContaining('Cannot remove /home/deploy: this connection logged in as deploy'),
    ]);
    expect(await refusals(deploy, file({ path: keys.path }, { ensure: 'absent' }))).toEqual([
      expect.stringContaining(key),
    ]);
    const home = { path: '/home/deploy', owner: 'deploy', group: 'deploy', mode: '0750' };
    expect(await refusals(deploy, directory(home))).toEqual([]);
    // Its home is not called as it is.
    await root.run(
      sh`mv /home/deploy /srv/people && sed -i 's#/home/deploy#/srv/people#' /etc/passwd`,
    );
    try {
      const moved = file({ path: '/srv/people/.ssh/authorized_keys', content: `${OTHER}\n` });
      expect(await refusals(deploy, moved)).toEqual([expect.stringContaining(key)]);
    } finally {
      await root.run(
        sh`mv /srv/people /home/deploy && sed -i 's#/srv/people#/home/deploy#' /etc/passwd`,
      );
    }
    // Nothing of it concerns another login.
    expect(await refusals(root, account({ authorizedKeys: [], shell: '/bin/false' }))).toEqual([]);
  });
});

describe('the sudo right that the connection lives on', () => {
  it('is not taken away by a file', async () => {
    const lost = [expect.stringContaining('deploy could no longer become root by sudo')];
    expect(await refusals(deploy, file({ path: RIGHT }, { ensure: 'absent' }))).toEqual(lost);
    expect(await refusals(deploy, sudoers('deploy ALL=(ALL) ALL\n'))).toEqual(lost);
    for (const less of ['NOPASSWD: NOEXEC: ALL', 'NOPASSWD: ALL, !/usr/bin/sh, !/bin/sh']) {
      expect(
        await refusals(deploy, sudoers(`deploy ALL=(ALL) ${less}\n`, '/etc/sudoers.d/zz')),
      ).toEqual(lost);
    }
    expect(
      await refusals(deploy, sudoers('Defaults:deploy requiretty\n', '/etc/sudoers.d/tty')),
    ).toEqual([
      expect.stringMatching(/deploy could no longer become root by sudo.*must have a tty/),
    ]);
    for (const connection of [deploy, root]) {
      // visudo warns of it.
      const unused = sudoers('User_Alias NOBODY = nobody\n', '/etc/sudoers.d/unused');
      expect(await refusals(connection, unused)).toEqual([]);
      expect(
        await refusals(connection, sudoers('deploy ALL=(ALL NOPASSWD\n', '/etc/sudoers.d/typo')),
      ).toEqual([
        expect.stringMatching(
          /^sudo would refuse its configuration: \/etc\/sudoers.d\/typo:1:.*syntax error/,
        ),
      ]);
    }
    expect(await refusals(root, file({ path: RIGHT }, { ensure: 'absent' }))).toEqual([]);
    const moved = [
      file({ path: RIGHT }, { ensure: 'absent' }),
      sudoers('%adm ALL=(ALL) NOPASSWD: ALL\n', '/etc/sudoers.d/admins'),
    ];
    expect(await refusals(deploy, ...moved)).toEqual([]);
    expect(await refusals(deploy, ...moved, account({ groups: [] }))).toEqual(lost);
  });

  it('is not taken away by groups, with a password as well', async () => {
    await root.run(sh`echo '%adm ALL=(ALL) ALL' >${RIGHT}`);
    const asking = await test.connect({
      user: 'deploy',
      sudoPassword: new Secret('sudo', 'right'),
    });
    try {
      expect(await refusals(asking, account({ groups: ['games'] }))).toEqual([
        expect.stringContaining('Keep what allows that, such as its group sudo'),
      ]);
      expect(await refusals(asking, account({ groups: ['adm', 'games'] }))).toEqual([]);
    } finally {
      await asking.close();
      await root.run(sh`echo 'deploy ALL=(ALL) NOPASSWD: ALL' >${RIGHT}`);
    }
  });
});

describe('sshd, which the connection lives on', () => {
  it.each([
    ['AllowUsers ana', 'allowusers (none) → ana'],
    ['AllowUsers deploy@10.1.0.0/16', 'allowusers (none) → deploy@10.1.0.0/16'],
    ['DenyGroups adm', 'denygroups (none) → adm'],
    ['PubkeyAuthentication no', 'pubkeyauthentication yes → no'],
    ['Port 2222', 'port 22 → 2222'],
    ['AuthorizedKeysFile none', 'authorizedkeysfile'],
    ['Match User deploy\nForceCommand /bin/true', 'forcecommand none → /bin/true'],
    ['Ciphers 3des-cbc', 'ciphers'],
    ['MaxSessions 0', 'maxsessions 10 → 0'],
    ['AddressFamily inet6', 'addressfamily any → inet6'],
    ['PermitRootLogin prohibit-passwrd', 'sshd refuses its configuration then'],
  ])('is not given %j', async (content, reason) => {
    expect(await refusals(deploy, sshd(content))).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['/etc/nologin', 'maintenance\n', '/etc/nologin would keep deploy out'],
    ['/etc/hosts.deny', 'ALL: ALL\n', 'deploy could be kept out by /etc/hosts.deny: ALL: ALL'],
    ['/etc/hosts.deny', 'vsftpd, sshd : 10.\n', 'by /etc/hosts.deny: vsftpd, sshd : 10.'],
    ['/etc/hosts.deny', 'vsftpd: ALL\n', undefined],
    ['/etc/hosts.allow', 'ALL: 10.\n', undefined],
  ])('is not shut by %s with %j', async (path, content, reason) => {
    expect(await refusals(deploy, file({ path, content }))).toEqual(
      reason === undefined ? [] : [expect.stringContaining(reason)],
    );
  });

  it('may be told what has nothing to do with this login', async () => {
    for (const content of [
      'PermitRootLogin no',
      'AllowUsers dep* ana',
      'PasswordAuthentication no',
      'Port 22\nPort 2222',
    ]) {
      expect(await refusals(deploy, sshd(content))).toEqual([]);
    }
    const plan = await planHost(deploy, [
      inLiveFolders(sshd('MaxSessions 0'), KNOWN_FOLDERS),
      file({ path: '/srv/other', content: '' }),
    ]);
    expect(plan).toMatchObject({ unreadable: [], changes: [{}, {}] });
    expect(plan.refusal?.message).toContain('maxsessions');
    expect(await refusals(root, sshd('PermitRootLogin no'))).toEqual([
      expect.stringContaining('permitrootlogin'),
    ]);
  });

  it('is asked whatever is in /etc and in /run', async () => {
    const room = (size: string) =>
      root.run(
        sh`set -e; findmnt -no FSTYPE /run | grep -qx tmpfs; mount -o remount,size=${size} /run`,
      );
    await root.run(sh`mkdir /etc/.git && head -c 40m /dev/zero >/etc/.git/pack`);
    try {
      expect((await room('30m')).status).toBe(0);
      expect(await refusals(deploy, sshd('MaxSessions 0'))).toEqual([
        expect.stringContaining('maxsessions'),
      ]);
      expect((await root.run(sh`rm -r /etc/.git; head -c 40m /dev/zero >/etc/big`)).status).toBe(0);
      expect(await refusals(deploy, sshd('MaxSessions 0'))).toEqual([
        expect.stringContaining("the changes can't be tried in a copy of /etc"),
      ]);
    } finally {
      await root.run(sh`rm -rf /etc/.git /etc/big`);
      await room('50%');
    }
  });

  it('is neither stopped nor disabled', async () => {
    expect(await refusals(deploy, service({ unit: 'ssh', running: false }))).toEqual([
      expect.stringContaining('Cannot stop ssh.service'),
    ]);
    expect(await refusals(deploy, service({ unit: 'ssh', enabled: false }))).toEqual([
      expect.stringContaining('Cannot disable ssh.service'),
    ]);
  });
});
