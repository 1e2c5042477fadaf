import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sh } from '../script/sh.js';
import { checkResourceContract } from '../testing/resource-contract.js';
import type { Connection } from '../transport/transport.js';
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
});
