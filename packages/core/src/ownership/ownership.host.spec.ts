/** What environments own on a real host: recorded, removed, shared, kept. With the real command line. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh, type Connection } from '@fairness-deploy/shell';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';
import { OWNED_FOLDER } from './record.js';

let host: TestHost;
let connection: Connection;
const workspace = new CommandWorkspace();

beforeAll(async () => {
  host = await startTestHost('ownership');
  connection = await host.connect();
});
afterAll(async () => {
  workspace.dispose();
  await connection.close();
  await host.stop();
});

const onHost = async (script: Parameters<Connection['run']>[0]): Promise<string> =>
  (await connection.run(script)).stdout.toString();

type Server = Readonly<Record<string, unknown>>;

/** Writes an environment with a section `server`, and nothing else. */
function describeServer(environment: string, server: Server): void {
  workspace.describe(environment, { web: host }, { server });
}

/** Plans, provisions, and provisions once more. */
async function apply(environment: string, ...words: readonly string[]): Promise<string> {
  const plan = await workspace.runAsText('plan', environment, ...words);
  const provisioned = await workspace.runAsText('provision', environment, '--yes', ...words);
  expect(provisioned).toMatch(/^0\n/);
  expect(await workspace.runAsText('provision', environment, ...words)).toContain(
    'nothing to change',
  );
  return plan;
}

const ALL: Server = {
  packages: ['tree', 'less'],
  users: { ana: {} },
  directories: { '/etc/own': {}, '/etc/own/deep': {} },
  files: {
    '/etc/own/deep/a': { content: 'a\n' },
    '/etc/systemd/system/own.service': {
      content: '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
    },
    '/etc/motd': { content: 'Ours.\n' },
  },
  links: { '/etc/own/link': '/etc/own/deep/a' },
  services: { own: {} },
  cron: { own: { schedule: '@daily', command: 'true' } },
};

describe('an environment', () => {
  it('removes what it does not declare any more, and keeps what was there before', async () => {
    await onHost(sh`useradd -m before; mkdir -p /etc/found`);
    describeServer('one', {
      ...ALL,
      users: { ana: {}, before: { shell: '/bin/sh' } },
      directories: { ...(ALL['directories'] as object), '/etc/found': {} },
    });
    await apply('one');
    expect(await onHost(sh`systemctl is-active own; cat /etc/cron.d/own | wc -l`)).toBe(
      'active\n2\n',
    );
    describeServer('one', {});
    const plan = await apply('one');
    expect(plan).toMatch(/- file:\/etc\/own\/deep\/a/);
    expect(plan).toMatch(/- unit:own\.service/);
    expect(plan).toContain('stays: home:ana:/home/ana (data; --drop-data removes it)');
    expect(plan).toContain('user:before');
    expect(plan).toContain('it was on the host before');
    const left = await onHost(sh`
      for fd_path in /etc/own /etc/cron.d/own /etc/systemd/system/own.service; do [ ! -e "$fd_path" ] || echo "$fd_path"; done
      systemctl is-active own || :
      id -u ana 2>/dev/null || echo no ana
      id -nu before
      ls -d /etc/found /etc/motd
      ! command -v tree >/dev/null || echo tree
      ls -d /home/ana`);
    expect(left).toBe('inactive\nno ana\nbefore\n/etc/found\n/etc/motd\n/home/ana\n');
  });

  it('makes a service load what is left of its files', async () => {
    const effective = sh`sshd -T | grep -i '^maxstartups'`;
    const before = await onHost(effective);
    describeServer('one', {
      files: { '/etc/ssh/sshd_config.d/own.conf': { content: 'MaxStartups 7:30:70\n' } },
      services: { ssh: { action: 'reload', loads: ['/etc/ssh/sshd_config.d/own.conf'] } },
    });
    await apply('one');
    const reloads = await onHost(sh`journalctl -u ssh | grep -c Reloaded || :`);
    describeServer('one', {});
    const plan = await apply('one');
    expect(plan).toContain('loadedBy: ssh.service');
    expect(Number(await onHost(sh`journalctl -u ssh | grep -c Reloaded || :`))).toBe(
      Number(reloads) + 1,
    );
    expect(await onHost(effective)).toBe(before);
  });

  it('is on record before it was applied, and removes what an interrupted run has made', async () => {
    describeServer('one', {
      directories: { '/etc/own': {} },
      files: { '/etc/own/a': { content: 'a\n' }, '/etc/own/missing/b': { content: 'b\n' } },
    });
    expect(await workspace.runAsText('provision', 'one', '--yes')).toMatch(/^1\n/);
    describeServer('one', {});
    await apply('one');
    expect(await onHost(sh`ls -d /etc/own 2>/dev/null || echo gone`)).toBe('gone\n');
  });

  it('keeps a folder that is not empty, unless data may be removed', async () => {
    describeServer('one', { directories: { '/srv/own': {} } });
    await apply('one');
    await onHost(sh`touch /srv/own/of-people`);
    describeServer('one', {});
    const plan = await apply('one');
    expect(plan).toContain('stays: directory:/srv/own (not empty; --drop-data removes it');
    expect(await apply('one', '--drop-data')).toContain('- directory:/srv/own');
    expect(await onHost(sh`ls -d /srv/own 2>/dev/null || echo gone`)).toBe('gone\n');
  });

  it('stops at what is mounted in a folder, and removes nothing then', async () => {
    describeServer('one', { directories: { '/srv/own': {} } });
    await apply('one');
    await onHost(sh`
      mkdir -p '/var/precious' '/srv/own/a place'
      touch /var/precious/photo
      mount --bind /var/precious '/srv/own/a place'`);
    describeServer('one', {});
    const refused = await workspace.runAsText('provision', 'one', '--yes', '--drop-data');
    expect(refused).toMatch(/^1\n/);
    expect(refused).toContain(
      'Cannot remove /srv/own with all that is in it: /srv/own/a\\040place is mounted there',
    );
    expect(await onHost(sh`ls /var/precious; umount '/srv/own/a place'`)).toBe('photo\n');
    await apply('one', '--drop-data');
    expect(await onHost(sh`ls /var/precious; ls /srv`)).toBe('photo\n');
  });

  it('gives the home of a removed account to nobody who gets its number', async () => {
    describeServer('one', { users: { carl: {} } });
    await apply('one');
    await onHost(sh`echo secret >/home/carl/secret; chown carl: /home/carl/secret`);
    describeServer('one', {});
    await apply('one');
    describeServer('one', { users: { dora: {} } });
    await apply('one');
    expect(
      await onHost(sh`
        [ "$(stat -c %u /home/carl/secret)" = "$(id -u dora)" ] && echo same number
        runuser -u dora -- cat /home/carl/secret 2>/dev/null || echo refused`),
    ).toBe('same number\nrefused\n');
    describeServer('one', { users: { carl: {} } });
    const back = await workspace.runAsText('provision', 'one', '--yes');
    expect(back).toContain('Cannot use the home /home/carl for carl: it belongs to root');
    await onHost(sh`chown -R carl: /home/carl`);
    await apply('one');
    describeServer('one', {});
    await apply('one', '--drop-data');
  });

  it('shows no secret of a file that is not declared as one any more', async () => {
    const file = '/etc/with-secret';
    const secret = 'hunter2-very-secret-token';
    await onHost(sh`umask 077; printf 'A=1\nT=%s\n' ${secret} >${file}`);
    describeServer('one', { files: { [file]: { content: 'A=1\n' } } });
    const plan = await workspace.runAsText('plan', 'one', '--out=plan.json');
    expect(plan).toContain('~ file:/etc/with-secret');
    expect(plan + readFileSync(join(workspace.folder, 'plan.json'), 'utf8')).not.toContain(secret);
    await apply('one');
    describeServer('one', {});
    await apply('one');
  });

  it('keeps a package that others need', async () => {
    describeServer('one', { packages: ['libonig5', 'tree'] });
    await apply('one');
    await onHost(sh`DEBIAN_FRONTEND=noninteractive apt-get -qq install -y jq >/dev/null`);
    describeServer('one', {});
    const plan = await workspace.runAsText('provision', 'one', '--yes');
    expect(plan).toContain('The package libonig5 stays: these need it: jq');
    expect(plan).toMatch(/^0\n/);
    expect(await onHost(sh`command -v tree || echo no tree; jq -n 1`)).toBe('no tree\n1\n');
    expect(await workspace.runAsText('provision', 'one', '--yes')).toContain('nothing to change');
  });

  it('removes a package with what apt has installed for it, which needs it in turn', async () => {
    describeServer('one', { packages: ['nodejs'] });
    await apply('one');
    describeServer('one', {});
    expect(await workspace.runAsText('provision', 'one', '--yes')).toMatch(/^0\n/);
    expect(await onHost(sh`command -v node || echo no node`)).toBe('no node\n');
  });

  it('never removes the account that the connection uses, or its way to root', async () => {
    const { identityFile } = host.host;
    const key = execFileSync('ssh-keygen', ['-y', '-f', identityFile], { encoding: 'utf8' }).trim();
    const sudo = { content: 'operator ALL=(ALL) NOPASSWD: ALL\n', mode: '0440' };
    const server = {
      packages: ['sudo'],
      users: { operator: { shell: '/bin/bash', authorizedKeys: [key] } },
      files: { '/etc/sudoers.d/operator': sudo },
    };
    describeServer('one', server);
    await apply('one');
    const asOperator = { host: { ...host.host, user: 'operator' } };
    for (const [left, refusal] of [
      [{ ...server, files: {} }, 'Cannot apply these changes'],
      [{ ...server, users: {} }, 'Cannot remove operator: this connection logged in as operator'],
    ] as const) {
      workspace.describe('one', { web: asOperator }, { server: left });
      const refused = await workspace.runAsText('provision', 'one', '--yes');
      expect(refused).toMatch(/^1\n/);
      expect(refused).toContain(refusal);
    }
    describeServer('one', {});
    await apply('one', '--drop-data');
    expect(await onHost(sh`ls -d /home/operator 2>/dev/null || echo gone`)).toBe('gone\n');
  });

  it('keeps what another environment of the host has, and removes it with the last of them', async () => {
    const shared = { packages: ['tree'], files: { '/etc/shared': { content: 'x\n' } } };
    describeServer('one', shared);
    describeServer('two', {
      ...shared,
      files: { ...shared.files, '/etc/of-two': { content: 'y\n' } },
    });
    await apply('one');
    await apply('two');
    describeServer('one', {});
    expect(await apply('one')).toContain('the environment "two" has it too');
    expect(await onHost(sh`cat /etc/shared /etc/of-two; command -v tree`)).toBe(
      'x\ny\n/usr/bin/tree\n',
    );
    describeServer('two', {});
    await apply('two');
    expect(
      await onHost(
        sh`ls -d /etc/shared /etc/of-two ${OWNED_FOLDER}/* 2>/dev/null; command -v tree || echo none`,
      ),
    ).toBe('none\n');
  });

  it('says what is wrong with a record that it cannot read, and removes nothing', async () => {
    describeServer('one', { files: { '/etc/shared': { content: 'x\n' } } });
    await apply('one');
    await onHost(sh`printf 'file\t/etc/passwd\n' >>${OWNED_FOLDER}/one@@fairness-deploy`);
    describeServer('one', {});
    const plan = await workspace.runAsText('provision', 'one', '--yes');
    expect(plan).toMatch(/^1\n/);
    expect(plan).toContain('has the line "file\\t/etc/passwd"');
    expect(await onHost(sh`cat /etc/shared`)).toBe('x\n');
  });
});
