/** The options of sshd of the section `server`, on a real host. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { startSshAgent, type SshAgent } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

const FILE = '/etc/ssh/sshd_config.d/00-fairness-deploy.conf';
/** Unknown to the host, the first of the client's keys: one failed attempt. */
const folder = mkdtempSync(join(tmpdir(), 'ssh-options-'));
let agent: SshAgent;
let host: TestHost;
let connection: Connection;
let workspace: CommandWorkspace;

async function on(script: Script): Promise<string> {
  const { stdout, stderr, status } = await connection.run(script);
  if (status !== 0) throw new Error(`${stdout.toString()}${stderr}`);
  return stdout.toString();
}

function declare(ssh: unknown, more: object = {}): void {
  const { address, port, user, knownHostsFile } = host.host;
  workspace.write('environments/prod/known_hosts', readFileSync(knownHostsFile, 'utf8'));
  workspace.write(
    'environments/prod/environment.yaml',
    JSON.stringify({
      hosts: { web: { address, port, user } },
      server: { ...(ssh !== undefined && { ssh }), ...more },
    }),
  );
}

function run(name: 'plan' | 'provision', ssh: unknown, more?: object) {
  declare(ssh, more);
  const words = name === 'plan' ? ['--detailed-exit-code'] : ['--yes'];
  return workspace.runAsText(name, 'prod', ...words);
}

const effective = (keyword: string): Promise<string> =>
  on(sh`sshd -T | grep ${`^${keyword} `} || :`);

beforeAll(async () => {
  host = await startTestHost('ssh-options');
  connection = await host.connect();
  agent = await startSshAgent(folder);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'unknown')]);
  copyFileSync(host.host.identityFile, join(folder, 'known'));
  agent.add(join(folder, 'unknown'));
  agent.add(join(folder, 'known'));
  workspace = new CommandWorkspace({ SSH_AUTH_SOCK: agent.socket, HOME: folder });
});
afterAll(async () => {
  agent.stop();
  workspace.dispose();
  rmSync(folder, { recursive: true });
  await connection.close();
  await host.stop();
});

describe('the options of sshd', () => {
  it('are set, loaded and kept, while sessions stay', async () => {
    const sshd = await on(sh`systemctl show -p MainPID ssh`);
    const options = { passwordAuthentication: false, permitRootLogin: 'prohibit-password' };
    const shown = await run('plan', options);
    expect(shown).toContain('+PasswordAuthentication no');
    expect(await run('provision', options)).toMatch(/^0\n/);
    expect(await effective('passwordauthentication')).toBe('passwordauthentication no\n');
    expect(await effective('kbdinteractiveauthentication')).toBe(
      'kbdinteractiveauthentication no\n',
    );
    expect(await on(sh`systemctl show -p MainPID ssh`)).toBe(sshd);
    // What runs has loaded it: it offers keys alone (RFC 4252, 5.1).
    const offered = execFileSync(
      'sh',
      [
        '-c',
        `ssh -v -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityFile=none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no root@${host.host.address} true 2>&1 || :`,
      ],
      { encoding: 'utf8' },
    );
    expect(offered).toMatch(/Permission denied \(publickey\)/);
    expect(await run('plan', options)).toMatch(/^0\n[^]*nothing to change/);
    await on(sh`echo 'PasswordAuthentication yes' >${FILE}`);
    expect(await run('plan', options)).toMatch(/^1\n/);
    expect(await run('provision', options)).toMatch(/^0\n/);
  });

  it.each([
    [{ permitRootLogin: false }, 'sshd would refuse root'],
    [{ allowUsers: ['ana'] }, 'allowusers (none) → ana'],
    [{ allowGroups: ['ssh-users'] }, 'allowgroups (none) → ssh-users'],
  ])('are refused when this client would not get in: %j', async (options, why) => {
    const output = await run('provision', options);
    expect(output).toMatch(/^1\n/);
    expect(output).toContain(why);
    expect(await effective('permitrootlogin')).toBe('permitrootlogin without-password\n');
  });

  it('are undone when the client does not get in for a reason that nobody could see before', async () => {
    const before = await on(sh`cat ${FILE}; sshd -T`);
    const output = await run('provision', { maxAuthTries: 1 });
    expect(output).toMatch(/^1\n/);
    expect(output).toContain('No new connection gets in: Cannot');
    expect(output).toContain(
      'Cannot keep the change of the options of sshd: no new connection of the client got in within 30 s. The host has restored the old options',
    );
    expect(output).toContain('journalctl -u ssh');
    expect(await on(sh`cat ${FILE}; sshd -T`)).toBe(before);
    // What runs has loaded the old ones.
    expect(
      await run('plan', { passwordAuthentication: false, permitRootLogin: 'prohibit-password' }),
    ).toMatch(/^0\n/);
  });

  it('say which other line wins over them, and change nothing then', async () => {
    await on(sh`
      printf 'X11Forwarding yes\n' >/etc/ssh/sshd_config.d/00-a.conf
      systemctl reload ssh`);
    const output = await run('provision', { x11Forwarding: false, maxSessions: 5 });
    expect(output).toMatch(/^1\n/);
    expect(output).toContain('other lines of its configuration win');
    expect(output).toContain('/etc/ssh/sshd_config.d/00-a.conf:1:X11Forwarding yes');
    expect(await effective('maxsessions')).toBe('maxsessions 10\n');
    await on(sh`rm /etc/ssh/sshd_config.d/00-a.conf; systemctl reload ssh`);
  });

  it('say when sshd does not read their folder', async () => {
    await on(sh`cp /etc/ssh/sshd_config /root/kept; sed -i '/^Include/d' /etc/ssh/sshd_config`);
    const output = await run('provision', { maxSessions: 5 });
    expect(output).toMatch(/^1\n/);
    expect(output).toContain('Include /etc/ssh/sshd_config.d/*.conf');
    await on(sh`cp /root/kept /etc/ssh/sshd_config`);
  });

  it('name Match blocks that set another value for some', async () => {
    await on(
      sh`printf 'Match User ana\n  PasswordAuthentication yes\nMatch all\n' >/etc/ssh/sshd_config.d/90-ana.conf`,
    );
    const output = await run('plan', { passwordAuthentication: false });
    expect(output).toContain('/etc/ssh/sshd_config.d/90-ana.conf:2:  PasswordAuthentication yes');
    await on(sh`rm /etc/ssh/sshd_config.d/90-ana.conf`);
  });

  it('are not loaded together with a file that keeps this client out, and that sshd has not loaded', async () => {
    await on(sh`echo 'AllowUsers ana' >/etc/ssh/sshd_config.d/50-later.conf`);
    const output = await run('provision', { maxSessions: 5 });
    expect(output).toMatch(/^1\n/);
    expect(output).toContain('sshd would refuse root');
    await on(sh`rm /etc/ssh/sshd_config.d/50-later.conf`);
  });

  it('are confirmed one after the other with a firewall, in one plan', async () => {
    const firewall = { allow: ['ssh'] };
    expect(await run('provision', { maxSessions: 20 }, { firewall })).toMatch(/^0\n/);
    expect(await run('plan', { maxSessions: 20 }, { firewall })).toMatch(/^0\n/);
  });

  it('go with the section', async () => {
    expect(await run('provision', undefined)).toMatch(/^0\n/);
    expect(await on(sh`ls /etc/ssh/sshd_config.d`)).not.toContain('fairness');
    expect(await effective('maxsessions')).toBe('maxsessions 10\n');
    expect(await on(sh`nft list tables 2>/dev/null || :`)).toBe('');
    expect(await run('plan', undefined)).toMatch(/^0\n/);
  });
});
