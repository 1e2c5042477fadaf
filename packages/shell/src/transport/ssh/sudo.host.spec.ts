import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../../secret/secret.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saying } from '../../testing/saying.js';
import { sh } from '../../script/sh.js';
import type { Connection, Target } from '../transport.js';
import { sshTransport } from './ssh-transport.js';
import { startSshServer, type SshServer } from '../../testing/ssh-server.js';

const USER = `fd${String(process.pid)}`;
const PASSWORD = `it's $HOME "%p" \\`;
const RULES = `/etc/sudoers.d/${USER}`;

let server: SshServer;

beforeAll(async () => {
  if (!existsSync('/usr/bin/sudo')) {
    throw new Error('Cannot test sudo: there is no /usr/bin/sudo\napt-get install sudo');
  }
  server = await startSshServer({ hostKeys: ['ed25519'] });
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', USER]);
  execFileSync('chpasswd', { input: `${USER}:${PASSWORD}\n` });
  const { publicKey = '' } = server.hostKeys.ed25519 ?? {};
  const file = path.join(server.folder, 'known_hosts');
  writeFileSync(file, `[127.0.0.1]:${String(server.port)} ${publicKey}\n`);
});

afterAll(async () => {
  rmSync(RULES, { force: true });
  execFileSync('userdel', ['--remove', '--force', USER], { stdio: 'ignore' });
  await server.stop();
});

/** Puts rules for the user in force; none of them takes all away. */
function allow(...rules: readonly string[]): void {
  writeFileSync(RULES, rules.map((rule) => `${rule}\n`).join(''), { mode: 0o440 });
}

function connect(changes: Partial<Target> = {}): Promise<Connection> {
  return sshTransport({ configFile: '/nonexistent', home: server.folder, env: {} }).connect({
    name: 'web-1',
    address: '127.0.0.1',
    port: server.port,
    user: USER,
    identityFile: server.userKey.file,
    knownHostsFile: path.join(server.folder, 'known_hosts'),
    sudo: true,
    ...changes,
  });
}

const password = (value: string): Partial<Target> => ({
  sudoPassword: new Secret('sudo_password', value),
});

/** Who the scripts run as; sends and gets enough to notice any change on the way. */
async function whoami(changes: Partial<Target> = {}): Promise<string> {
  const connection = await connect(changes);
  try {
    const input = Buffer.from(Array.from({ length: 256 * 1024 }, (_, at) => at % 256));
    const { stdout } = await connection.run(sh`cat <&3`, { input });
    expect(stdout.equals(input)).toBe(true);
    const script = sh`id -un; pwd; cat; exit 3`;
    const result = await connection.run(script);
    expect(result.status).toBe(3);
    return result.stdout.toString();
  } finally {
    await connection.close();
  }
}

describe('sudo', () => {
  it('is not used when the target does not ask for it', async () => {
    allow();
    expect(await whoami({ sudo: false })).toBe(`${USER}\n/\n`);
  });

  it('makes root of a user who needs no password, whether one is known or not', async () => {
    allow(`${USER} ALL=(ALL) NOPASSWD: ALL`);
    expect(await whoami()).toBe('root\n/\n');
    expect(await whoami(password('something else'))).toBe('root\n/\n');
  });

  it('makes root of a user with the password', async () => {
    allow(`${USER} ALL=(ALL) ALL`, `Defaults:${USER} lecture=always`);
    expect(await whoami(password(PASSWORD))).toBe('root\n/\n');
  });

  it('makes root with a terminal of its own as well', async () => {
    allow(`${USER} ALL=(ALL) ALL`, `Defaults:${USER} use_pty`);
    expect(await whoami(password(PASSWORD))).toBe('root\n/\n');
  });

  it('carries twenty megabytes', async () => {
    allow(`${USER} ALL=(ALL) NOPASSWD: ALL`);
    const connection = await connect();
    const input = Buffer.alloc(20_000_000, 'x');
    const { stdout } = await connection.run(sh`wc -c <&3`, { input });
    expect(stdout.toString().trim()).toBe('20000000');
    await connection.close();
  });

  it('refuses a wrong password, which reaches no shell', async () => {
    allow(`${USER} ALL=(ALL) ALL`);
    const run = connect(password(`wrong; touch ${server.folder}/evil`));
    await expect(run).rejects.toMatchObject({ reason: 'sudo' });
    await expect(run).rejects.toThrow(
      saying(
        /^Cannot become root on web-1 \(.*\): sudo doesn't accept the password\n {2}→ Correct sudoPassword of the host web-1/,
      ),
    );
    expect(existsSync(`${server.folder}/evil`)).toBe(false);
    await expect(connect(password('one\ntwo'))).rejects.toThrow('holds a line break');
  });

  it('asks for the password when there is none', async () => {
    allow(`${USER} ALL=(ALL) ALL`);
    const run = connect();
    await expect(run).rejects.toMatchObject({ reason: 'sudo' });
    await expect(run).rejects.toThrow(
      saying(
        /sudo: a password is required\n {2}→ Give the password as sudoPassword of the host web-1 .* NOPASSWD: ALL$/,
      ),
    );
  });

  it('refuses a user who may not, and says how to allow it', async () => {
    allow();
    const run = connect(password(PASSWORD));
    await expect(run).rejects.toMatchObject({ reason: 'sudo' });
    await expect(run).rejects.toThrow(
      saying(/not in the sudoers file.*\n {2}→ Let fd\d+ run all commands as root/),
    );
  });

  it('says what to do where it wants a terminal', async () => {
    allow(`${USER} ALL=(ALL) NOPASSWD: ALL`, `Defaults:${USER} requiretty`);
    await expect(connect()).rejects.toThrow(saying(`Defaults:${USER} !requiretty`));
  });
});
