import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { systemUser } from './system-user.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('user');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV ann',
  'restrict,command="true" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbW bob',
];

describe('systemUser() on a host', () => {
  it('lives as a resource does, and leaves its home behind', async () => {
    const home = '/srv/app';
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: systemUser({
        name: 'app',
        home,
        shell: '/bin/bash',
        groups: ['adm', 'www-data'],
        authorizedKeys: KEYS,
        system: true,
      }),
      drift: sh`
        usermod -s /bin/sh -G games app
        chmod 777 /srv/app/.ssh
        printf 'ssh-rsa AAAA mallory\n# note\n' >>/srv/app/.ssh/authorized_keys`,
      changed: systemUser({ name: 'app', home, shell: '/bin/sh', groups: [], authorizedKeys: [] }),
      absent: systemUser({ name: 'app' }, { ensure: 'absent' }),
    });
    expect((await connection.run(sh`[ -d /srv/app ]`)).status).toBe(0);
  });

  it('lets the owners of its keys log in', async () => {
    const { stdout } = await connection.run(sh`
      set -eu
      ssh-keygen -q -t ed25519 -N '' -f /root/key
      cat /root/key.pub`);
    const resource = systemUser({ name: 'ann', authorizedKeys: [stdout.toString()] });
    const { stdout: who } = await connection.run(sh`
      ( set -eu; ${resource.plan('')?.apply ?? sh`false`} )
      ssh -n -i /root/key -o StrictHostKeyChecking=accept-new ann@localhost 'id -un; pwd'`);
    expect(who.toString()).toBe('ann\n/home/ann\n');
  });

  it('leaves a user alone whose shell would lock it out', async () => {
    for (const shell of ['/bin/zsh', '/etc/passwd', '/etc']) {
      const resource = systemUser({ name: 'root', shell, groups: ['adm'] });
      const before = (await connection.run(resource.read)).stdout.toString();
      const apply = resource.plan(before)?.apply ?? sh`true`;
      const { status, stderr } = await connection.run(sh`( set -eu; ${apply} )`);
      expect(status).toBe(1);
      expect(stderr).toContain(`Cannot give root the shell ${shell}: there is no such program`);
      expect((await connection.run(resource.read)).stdout.toString()).toBe(before);
    }
  });

  it('reads and writes no more than the user could', async () => {
    const resource = systemUser({ name: 'eve', home: '/srv/eve', authorizedKeys: [] });
    const read = async (): Promise<string> =>
      (await connection.run(resource.read)).stdout.toString();
    await connection.run(sh`
      useradd -m -d /srv/eve eve
      mkdir /srv/eve/.ssh
      ln -s /etc/shadow /srv/eve/.ssh/authorized_keys
      chown -hR eve: /srv/eve/.ssh`);
    const before = await read();
    expect(before).not.toContain('root:');
    const apply = resource.plan(before)?.apply ?? sh`false`;
    expect((await connection.run(sh`set -eu; ${apply}`)).status).toBe(0);
    const untouched = sh`[ -s /etc/shadow ] && [ ! -L /srv/eve/.ssh/authorized_keys ]`;
    expect((await connection.run(untouched)).status).toBe(0);
    expect(resource.plan(await read())).toBeUndefined();
  });

  it('takes the keys of a user whose group has another name', async () => {
    await connection.run(sh`useradd -N -g games -m -s /bin/sh kim; mkdir /home/kim/.ssh`);
    const resource = systemUser({ name: 'kim', authorizedKeys: KEYS });
    const before = (await connection.run(resource.read)).stdout.toString();
    const apply = resource.plan(before)?.apply ?? sh`false`;
    expect(await connection.run(sh`( set -eu; ${apply} )`)).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
    const after = (await connection.run(resource.read)).stdout.toString();
    expect(resource.plan(after)).toBeUndefined();
    const owners = await connection.run(sh`stat -c %U:%G /home/kim/.ssh /home/kim/.ssh/*`);
    expect(owners.stdout.toString()).toBe('kim:games\nkim:games\n');
  });
});

describe("an application's own user", () => {
  const own = (name: string, home = `/srv/${name}`) =>
    systemUser({ name, home, shell: '/usr/sbin/nologin', system: true, dedicated: true });
  /** What its plan is refused with; undefined: nothing. */
  const refusal = async (name: string, home?: string): Promise<string | undefined> => {
    const { stdout } = await connection.run(own(name, home).read);
    try {
      own(name, home).plan(stdout.toString());
      return undefined;
    } catch (error) {
      return String(error);
    }
  };
  const passwd = async (name: string): Promise<string> =>
    (await connection.run(sh`getent passwd ${name}; id -nG ${name}`)).stdout.toString();

  it.each([
    ['a home of its own', 'useradd -m person-a', 'its home is /home/person-a'],
    ['a system account of a program', 'useradd -rd /var/lib/b person-b', 'its home is /var/lib/b'],
    [
      'a sudoer',
      'useradd -rd /srv/person-c -s /usr/sbin/nologin -G sudo person-c',
      'in the group sudo',
    ],
    [
      'an administrator',
      'useradd -rd /srv/person-d -s /bin/sh -G adm person-d',
      'in the group adm',
    ],
    [
      'an administrator who has no login shell',
      'useradd -rd /srv/person-i -s /usr/sbin/nologin -G adm person-i',
      'in the group adm',
    ],
    [
      'rules of sudo',
      'useradd -rd /srv/person-e -s /usr/sbin/nologin person-e; echo "person-e ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/person-e',
      'sudo lets it run a shell as root',
    ],
    [
      'a rule of sudo for one program',
      'useradd -rd /srv/person-h -s /usr/sbin/nologin person-h; echo "person-h ALL=(ALL) /usr/bin/vim" >/etc/sudoers.d/person-h',
      'sudo lets it run (ALL) /usr/bin/vim',
    ],
    [
      'a password',
      'useradd -rd /srv/person-f -s /bin/bash person-f; echo person-f:secret | chpasswd',
      'it has a password and the shell /bin/bash',
    ],
    [
      'keys',
      'useradd -mrd /srv/person-g -s /bin/bash person-g; mkdir /srv/person-g/.ssh; echo key >/srv/person-g/.ssh/authorized_keys',
      'it has authorized_keys and the shell /bin/bash',
    ],
  ])('is not taken of one with %s, by the plan or the script', async (_, make, reason) => {
    const name = /person-[a-z]/.exec(make)?.[0] ?? '';
    expect((await connection.run(sh`set -e; sh -ec ${make}`)).status).toBe(0);
    const before = await passwd(name);
    expect(await refusal(name)).toContain(`Cannot run an application as ${name}`);
    expect(await refusal(name)).toContain(reason);
    const { status, stderr } = await connection.run(
      sh`( set -eu; ${own(name).plan('')?.apply ?? sh`true`} )`,
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain(reason);
    expect(await passwd(name)).toBe(before);
  });

  it('is accepted when nobody uses it, or when we have created it', async () => {
    await connection.run(sh`useradd -rd /srv/old -s /usr/sbin/nologin -G games old`);
    expect(await refusal('old')).toBeUndefined();
    await connection.run(sh`useradd -rd /srv/fresh -s /bin/bash fresh`);
    expect(await refusal('fresh')).toBeUndefined();
    // Ours, whose home is moved, and which some rule of sudo serves.
    const { status } = await connection.run(
      sh`( set -eu; ${own('ours').plan('')?.apply ?? sh`false`} )
      echo 'ours ALL=(root) NOPASSWD: /bin/systemctl restart x' >/etc/sudoers.d/ours`,
    );
    expect(status).toBe(0);
    expect(await refusal('ours')).toBeUndefined();
    expect(await refusal('ours', '/opt/ours')).toBeUndefined();
    const removed = systemUser({ name: 'ours' }, { ensure: 'absent' });
    const found = (await connection.run(removed.read)).stdout.toString();
    const records = sh`ls -A /var/lib/fairness-deploy/accounts`;
    expect((await connection.run(records)).stdout.toString()).toBe('ours\n');
    // A host whose name service fails tells nothing of who is there.
    const failing = sh`
      getent() { return 1; }
      ( set -eu; ${removed.plan(found)?.apply ?? sh`true`} )`;
    expect(await connection.run(failing)).toMatchObject({
      status: 1,
      stderr: "Cannot remove ours: this host can't look it up\n  → see: getent passwd ours\n",
    });
    const refused = sh`
      getent() { return 1; }
      ( set -eu; ${own('ours').plan('')?.apply ?? sh`true`} )`;
    expect((await connection.run(refused)).stderr).toContain("this host can't look it up");
    await connection.run(
      sh`usermod -aG docker,adm ours || { groupadd docker; usermod -aG docker ours; }`,
    );
    expect(await refusal('ours')).toContain('in the group docker');
    await connection.run(sh`( set -eu; ${removed.plan(found)?.apply ?? sh`true`} )`);
    expect((await connection.run(records)).stdout.toString()).toBe('');
  });
});
