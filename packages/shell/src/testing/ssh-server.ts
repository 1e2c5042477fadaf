import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HintedError } from '../text/hinted-error.js';
import { quote } from '../text/quote.js';

const SSHD = '/usr/sbin/sshd';

/** A key pair in files. */
export interface KeyPair {
  readonly file: string;
  /** `type base64`, without a comment. */
  readonly publicKey: string;
}

/** An OpenSSH server on the loopback address, started for one test, with files of its own. */
export interface SshServer {
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  /** By type: `ed25519`, `rsa`. */
  readonly hostKeys: Readonly<Record<string, KeyPair>>;
  /** A user key that it accepts. */
  readonly userKey: KeyPair;
  stop(): Promise<void>;
}

export interface SshServerOptions {
  readonly hostKeys?: readonly string[];
  /** Lines that come first, and so win, in sshd_config. */
  readonly config?: readonly string[];
  readonly port?: number;
}

/** Makes a key pair with ssh-keygen. */
export function makeKey(file: string, type = 'ed25519', passphrase = ''): KeyPair {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
  const publicKey = execFileSync('cat', [`${file}.pub`], { encoding: 'utf8' });
  return { file, publicKey: publicKey.split(' ').slice(0, 2).join(' ') };
}

/**
 * Starts sshd on a free port.
 *
 * @throws Error when openssh-server isn't installed, or doesn't start.
 */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  if (!existsSync(SSHD)) {
    throw new HintedError(`Cannot start an SSH server: there is no ${SSHD}`, {
      hint: 'apt-get install openssh-server',
    });
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'fairness-sshd-'));
  // Users who log in must be able to read their authorized keys.
  chmodSync(folder, 0o755);
  // sshd's own, for the part of it that runs without privileges.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKeys = Object.fromEntries(
    (options.hostKeys ?? ['ed25519', 'rsa']).map((type) => [
      type,
      makeKey(path.join(folder, `host_${type}`), type),
    ]),
  );
  const userKey = makeKey(path.join(folder, 'user_key'));
  const authorized = path.join(folder, 'authorized_keys');
  writeFileSync(authorized, `${userKey.publicKey} test\n`, { mode: 0o644 });
  const port = options.port ?? (await freePort());
  const config = path.join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      ...(options.config ?? []),
      `Port ${String(port)}`,
      'ListenAddress 127.0.0.1',
      'ListenAddress ::1',
      ...Object.values(hostKeys).map((key) => `HostKey ${key.file}`),
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${folder}/pid`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'LogLevel DEBUG1',
    ].join('\n') + '\n',
  );
  const home = path.join(folder, 'home');
  mkdirSync(home);
  // The start files of the user who runs the tests are no part of them: they may print anything, and take long.
  const bare = `mount --bind ${quote(home)} ${quote(homedir())}
[ ! -e /etc/bash.bashrc ] || mount --bind /dev/null /etc/bash.bashrc
exec "$@"`;
  const words = [SSHD, '-D', '-f', config, '-E', path.join(folder, 'log')];
  const child = spawn('unshare', ['--mount', '--', 'sh', '-euc', bare, 'sh', ...words], {
    stdio: 'ignore',
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Cannot start ${SSHD}`);
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  await answering(port);
  return {
    port,
    pid,
    folder,
    hostKeys,
    userKey,
    async stop() {
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback address on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port');
  return address.port;
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    await delay(50);
  }
  throw new Error(`Cannot start an SSH server: nothing listens on port ${String(port)}`);
}
