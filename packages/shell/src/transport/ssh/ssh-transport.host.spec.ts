import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saying } from '../../testing/saying.js';
import { literal, sh } from '../../script/sh.js';
import { ConnectionLostError, HostKeyError, OutputLimitError } from '../errors.js';
import { pinHostKey } from '../pin-host-key.js';
import type { Connection, Target, Transport } from '../transport.js';
import { sshTransport } from './ssh-transport.js';
import { startSshAgent, type SshAgent } from '../../testing/ssh-agent.js';
import { freePort, makeKey, startSshServer, type SshServer } from '../../testing/ssh-server.js';

interface Ssh2Client {
  on(event: string, listener: (request?: { accept(): void }) => void): this;
  end(): void;
}
/** A server of which a test decides what it does: OpenSSH's does not hang up when told. */
const { Server: Ssh2Server } = createRequire(__filename)('ssh2') as {
  readonly Server: new (
    settings: { readonly hostKeys: readonly Buffer[] },
    treat: (client: Ssh2Client) => void,
  ) => {
    listen(port: number, address: string, done: () => void): void;
    address(): AddressInfo;
    close(): void;
  };
};

const open: Connection[] = [];
const servers: Server[] = [];
let server: SshServer;

beforeAll(async () => {
  server = await startSshServer();
  pin('known_hosts', 'ed25519');
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
  for (const listening of servers.splice(0)) listening.close();
});

afterAll(async () => {
  await server.stop();
});

/** Pins the server's key of a type, or another key, in a file of its own. */
function pin(name: string, type: 'ed25519' | 'rsa', publicKey?: string, on = server): string {
  const file = path.join(on.folder, name);
  const key = publicKey ?? on.hostKeys[type]?.publicKey ?? '';
  writeFileSync(file, `# pinned\n[127.0.0.1]:${String(on.port)} ${key}\n`);
  return file;
}

function target(changes: Partial<Target> = {}): Target {
  return { ...unnamed(), identityFile: server.userKey.file, ...changes };
}

/** A target that leaves it to ssh_config and the agent which keys are tried. */
function unnamed(changes: Partial<Target> = {}): Target {
  return {
    name: 'web-1',
    address: '127.0.0.1',
    port: server.port,
    user: 'root',
    knownHostsFile: path.join(server.folder, 'known_hosts'),
    sudo: false,
    ...changes,
  };
}

/** A transport that knows nothing of this machine's user. */
function transport(config = '', env: Record<string, string> = {}): Transport {
  const configFile = path.join(server.folder, `config-${String(config.length)}`);
  writeFileSync(configFile, config);
  return sshTransport({ configFile, env, home: server.folder });
}

async function connect(changes: Partial<Target> = {}, over = transport()): Promise<Connection> {
  const connection = await over.connect(target(changes));
  open.push(connection);
  return connection;
}

const text = ({ stdout }: { stdout: Buffer }): string => stdout.toString();

/** A TCP server on the loopback address that treats its connections as told. */
async function listen(treat: Parameters<typeof createServer>[1]): Promise<number> {
  const listening = createServer(treat ?? (() => undefined));
  servers.push(listening);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

describe('a connection of sshTransport()', () => {
  it('runs scripts, one round trip each', async () => {
    const connection = await connect();
    expect(await connection.run(sh`id -un; echo err >&2; exit 3`)).toEqual({
      status: 3,
      stdout: Buffer.from('root\n'),
      stderr: 'err\n',
    });
    for (let run = 0; run < 9; run += 1) await connection.run(sh`true`);
    expect(connection.traffic.roundTrips).toBe(10);
  });

  it('carries twenty megabytes there, whether they are read or not', async () => {
    const connection = await connect();
    const input = Buffer.alloc(20_000_000, 'x');
    expect(text(await connection.run(sh`wc -c <&3`, { input })).trim()).toBe('20000000');
    expect(text(await connection.run(sh`head -c 3 <&3`, { input }))).toBe('xxx');
    expect(text(await connection.run(sh`echo next`))).toBe('next\n');
  });

  it('carries a gigabyte back without keeping it', async () => {
    const connection = await connect();
    const before = process.memoryUsage().rss;
    let bytes = 0;
    const { status } = await connection.run(sh`head -c 1000000000 /dev/zero`, {
      outputLimit: Infinity,
      onOutput: (chunk) => {
        bytes += chunk.length;
      },
    });
    expect({ status, bytes }).toEqual({ status: 0, bytes: 1_000_000_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it('ends when a host prints without end, on either stream', async () => {
    const connection = await connect();
    const { stderr, status } = await connection.run(sh`head -c 300000000 /dev/zero >&2`);
    expect({ status, kept: stderr.length }).toEqual({ status: 0, kept: 64 * 1024 });
    await expect(connection.run(sh`cat /dev/zero`)).rejects.toThrow(OutputLimitError);
    await expect(connection.run(sh`true`)).rejects.toThrow(ConnectionLostError);
  });

  it('tells that it was lost in the middle of a script', async () => {
    const connection = await connect();
    const run = connection.run(sh`echo 'half way' >&2; echo go; sleep 20`, {
      onOutput: () => {
        for (const pid of sessionsOf(server)) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(run).rejects.toThrow(ConnectionLostError);
    await expect(run).rejects.toThrow(
      /^Cannot finish the script on web-1 \(root@127\.0\.0\.1:\d+\): /,
    );
    await expect(run).rejects.toMatchObject({ stderr: 'half way\n' });
  });

  it('is cancelled by a signal', async () => {
    const connection = await connect();
    const run = connection.run(sh`sleep 20`, { signal: AbortSignal.timeout(100) });
    await expect(run).rejects.toThrow('timeout');
  });

  it('reaches an IPv6 address', async () => {
    const knownHostsFile = path.join(server.folder, 'known_six');
    const ed25519 = server.hostKeys.ed25519?.publicKey ?? '';
    writeFileSync(knownHostsFile, `[::1]:${String(server.port)} ${ed25519}\n`);
    const connection = await connect({ address: '[::1]', knownHostsFile });
    expect(text(await connection.run(sh`echo six`))).toBe('six\n');
  });
});

describe('host keys', () => {
  it('are pinned once and trusted then', async () => {
    const knownHostsFile = path.join(server.folder, 'known_new');
    const first = await connect({ knownHostsFile }).catch((error: unknown) => error);
    if (!(first instanceof HostKeyError)) throw first;
    const fingerprint = execFileSync('ssh-keygen', [
      '-lf',
      `${server.hostKeys.ed25519?.file ?? ''}.pub`,
    ]);
    expect(first.reason).toBe('host-key-unknown');
    expect(fingerprint.toString()).toContain(first.hostKey.fingerprint);
    expect(first.message).toContain(first.hostKey.fingerprint);
    await pinHostKey(knownHostsFile, first.hostKey);
    await connect({ knownHostsFile });
    // And ssh reads the same file.
    const options = `-F none -i ${server.userKey.file} -o UserKnownHostsFile=${knownHostsFile} -p ${String(server.port)}`;
    execFileSync('ssh', [...options.split(' '), 'root@127.0.0.1', 'true'], { stdio: 'pipe' });
  });

  it('of another type than the one pinned are no attack', async () => {
    await connect({ knownHostsFile: pin('known_rsa', 'rsa') });
  });

  it('that have changed are refused, and both are named', async () => {
    const other = makeKey(path.join(server.folder, 'other_host'));
    const knownHostsFile = pin('known_changed', 'ed25519', other.publicKey);
    const error = await connect({ knownHostsFile }).catch((reason: unknown) => reason);
    if (!(error instanceof HostKeyError)) throw error;
    expect(error.reason).toBe('host-key-changed');
    expect(error.message).toContain(error.hostKey.fingerprint);
    expect(error.message.match(/SHA256:/g)).toHaveLength(2);
    expect(error.message).toContain(`${knownHostsFile}:2`);
    expect(error.hint).toContain(
      `ssh-keygen -R '[127.0.0.1]:${String(server.port)}' -f ${knownHostsFile}`,
    );
  });

  it('are compared at another address when they are pinned under an alias', async () => {
    const named = { knownHostsFile: path.join(server.folder, 'known_alias'), hostKeyAlias: 'vm-1' };
    const error = await connect(named).catch((reason: unknown) => reason);
    if (!(error instanceof HostKeyError)) throw error;
    expect(error.hostKey.knownHostsLine).toMatch(/^vm-1 ssh-ed25519 /);
    await pinHostKey(named.knownHostsFile, error.hostKey);
    await expect(connect({ ...named, address: 'localhost' })).resolves.toBeDefined();
    const other = await startSshServer();
    try {
      await expect(connect({ ...named, port: other.port })).rejects.toMatchObject({
        reason: 'host-key-changed',
        hint: expect.stringContaining(`ssh-keygen -R vm-1 -f ${named.knownHostsFile}`) as string,
      });
    } finally {
      await other.stop();
    }
  });

  it('of a type that the server has no more are named as well', async () => {
    const other = makeKey(path.join(server.folder, 'other_ecdsa'), 'ecdsa');
    const knownHostsFile = pin('known_ecdsa', 'ed25519', other.publicKey);
    await expect(connect({ knownHostsFile })).rejects.toMatchObject({
      reason: 'host-key-changed',
      hostKey: { type: 'ssh-ed25519' },
    });
  });

  it('that are revoked are refused', async () => {
    const knownHostsFile = pin('known_revoked', 'ed25519');
    writeFileSync(knownHostsFile, readFileSync(knownHostsFile, 'utf8').replace('[', '@revoked ['));
    await expect(connect({ knownHostsFile })).rejects.toMatchObject({ reason: 'host-key-revoked' });
  });
});

describe('logging in', () => {
  let agent: SshAgent;

  beforeAll(async () => {
    agent = await startSshAgent(server.folder);
  });

  afterAll(() => {
    agent.stop();
  });

  it('is refused with all that was tried', async () => {
    const wrong = makeKey(path.join(server.folder, 'wrong_key'));
    const run = connect({ identityFile: wrong.file });
    await expect(run).rejects.toMatchObject({ reason: 'authentication' });
    await expect(run).rejects.toThrow(
      saying(
        /Cannot log in to web-1 \(root@127.*: the server accepts none of the keys\n {2}tried:\n {4}.*wrong_key\n.*ssh-copy-id/,
      ),
    );
  });

  it('names a file that is absent', async () => {
    const run = connect({ identityFile: '/nonexistent' });
    await expect(run).rejects.toThrow(
      /there is no key to try\n.*\n {4}\/nonexistent: no such file/,
    );
  });

  it('leaves out a file that others may read, as OpenSSH does', async () => {
    const shared = makeKey(path.join(server.folder, 'shared_key'));
    const authorized = path.join(server.folder, 'authorized_keys');
    writeFileSync(authorized, `${shared.publicKey}\n`, { flag: 'a' });
    chmodSync(shared.file, 0o644);
    await expect(connect({ identityFile: shared.file })).rejects.toThrow(
      saying(
        `${shared.file}: others on this machine may read it, so it is not used\n  → chmod 600 ${shared.file}`,
      ),
    );
    chmodSync(shared.file, 0o600);
    await connect({ identityFile: shared.file });
  });

  it('uses the agent, and a key of it for an encrypted file', async () => {
    const locked = makeKey(path.join(server.folder, 'locked_key'), 'ed25519', 'open sesame');
    const authorized = path.join(server.folder, 'authorized_keys');
    writeFileSync(authorized, `${locked.publicKey}\n`, { flag: 'a' });
    const run = connect({ identityFile: locked.file });
    await expect(run).rejects.toMatchObject({ reason: 'authentication' });
    await expect(run).rejects.toThrow(
      saying(
        `${locked.file}: needs a passphrase, and the agent does not hold it\n  → Give the key to the agent: eval "$(ssh-agent)"; ssh-add ${locked.file}`,
      ),
    );

    agent.add(locked.file, 'open sesame');
    const withAgent = transport('', { SSH_AUTH_SOCK: agent.socket });
    await connect({ identityFile: locked.file }, withAgent);
    const nothingNamed = unnamed();
    open.push(await withAgent.connect(nothingNamed));
    // It isn't forwarded.
    expect(
      text((await open.at(-1)?.run(sh`echo "\${SSH_AUTH_SOCK-none}"`)) ?? { stdout: Buffer.of() }),
    ).toBe('none\n');
  });

  it('tells that the server hung up after too many keys, unless the right one is named', async () => {
    const strict = await startSshServer({ config: ['MaxAuthTries 3'] });
    try {
      const many = Array.from({ length: 4 }, (_, at) =>
        makeKey(path.join(strict.folder, `many_${String(at)}`)),
      );
      for (const key of many) agent.add(key.file);
      const knownHostsFile = pin('known_hosts', 'ed25519', undefined, strict);
      const withAgent = transport('', { SSH_AUTH_SOCK: agent.socket });
      const nothingNamed = unnamed({ port: strict.port, knownHostsFile });
      const run = withAgent.connect(nothingNamed);
      await expect(run).rejects.toThrow(
        /the server hung up after \d keys \(Too many authentication/,
      );
      await expect(run).rejects.toThrow(/ssh-ed25519 SHA256:\S+ of the agent/);
      const identityFile = strict.userKey.file;
      await connect({ port: strict.port, knownHostsFile, identityFile }, withAgent);
      const named = transport(`IdentityFile ${identityFile}\nIdentitiesOnly yes\n# 2`, {
        SSH_AUTH_SOCK: agent.socket,
      });
      open.push(await named.connect(nothingNamed));
    } finally {
      await strict.stop();
    }
  });

  it('continues without an agent that is gone', async () => {
    await connect({}, transport('', { SSH_AUTH_SOCK: '/nonexistent/agent' }));
  });
});

describe('the way there', () => {
  it('is told as it is, also when an alias was asked for', async () => {
    const over = transport(
      `Host srv\n  HostName 127.0.0.1\n  Port ${String(server.port)}\n  User root\n  IdentityFile ${server.userKey.file}\n`,
    );
    const knownHostsFile = pin('known_alias', 'ed25519');
    const connection = await over.connect({
      name: 'web-1',
      address: 'srv',
      knownHostsFile,
      sudo: true,
    });
    open.push(connection);
    const { address, port, user, alias } = connection.target;
    expect({ address, port, user, alias }).toEqual({
      address: '127.0.0.1',
      port: server.port,
      user: 'root',
      alias: 'srv',
    });
  });

  it('leads through a jump host, whose key is checked as well', async () => {
    const jump = await startSshServer();
    try {
      writeFileSync(path.join(jump.folder, 'authorized_keys'), `${server.userKey.publicKey}\n`);
      const over = transport(
        `Host bastion\n  HostName 127.0.0.1\n  Port ${String(jump.port)}\n  User root\n  IdentityFile ${server.userKey.file}\nHost 127.0.0.1\n  ProxyJump bastion\n`,
      );
      const knownHostsFile = pin('known_jump', 'ed25519');
      const run = connect({ knownHostsFile }, over);
      await expect(run).rejects.toMatchObject({ reason: 'host-key-unknown' });
      await expect(run).rejects.toThrow(`jump host bastion (root@127.0.0.1:${String(jump.port)})`);
      const error = await run.catch((reason: unknown) => reason);
      if (error instanceof HostKeyError) await pinHostKey(knownHostsFile, error.hostKey);
      const connection = await connect({ knownHostsFile }, over);
      expect(text(await connection.run(sh`echo "$SSH_CONNECTION"`))).toMatch(/127\.0\.0\.1/);
      expect(sessionsOf(jump)[0]).toBeGreaterThan(1);

      const closed = await freePort();
      await expect(connect({ knownHostsFile, port: closed }, over)).rejects.toMatchObject({
        reason: 'unreachable',
      });
    } finally {
      await jump.stop();
    }
  });

  it('ends at once where nothing listens, or no name is known', async () => {
    const port = await freePort();
    await expect(connect({ port })).rejects.toThrow(
      saying(
        `Cannot connect to web-1 (root@127.0.0.1:${String(port)}): nothing listens on port ${String(port)}\n` +
          `  → Start the machine or its ssh server, or check that ssh -p ${String(port)} root@127.0.0.1 works`,
      ),
    );
    const run = connect({ address: 'no-such-host.invalid' });
    await expect(run).rejects.toMatchObject({ reason: 'unreachable' });
    await expect(run).rejects.toThrow(/"no-such-host\.invalid"/);
  });

  it('is closed when the server does not answer', async () => {
    const port = await listen(() => undefined);
    const run = connect({ port }, transport('ConnectTimeout 1\n'));
    await expect(run).rejects.toMatchObject({ reason: 'timeout' });
    await expect(run).rejects.toThrow('no answer within 1 s');
  });

  it('is cancelled by a signal', async () => {
    const port = await listen(() => undefined);
    const run = transport().connect(target({ port }), AbortSignal.timeout(100));
    await expect(run).rejects.toThrow('timeout');
  });

  it('is tried again when the server hangs up at once, but not for ever', async () => {
    let connections = 0;
    const port = await listen((socket) => {
      connections += 1;
      socket.destroy();
    });
    const run = connect({ port });
    await expect(run).rejects.toThrow('the server hangs up at once');
    expect(connections).toBe(5);
  });

  it('is open to many at once, though the server takes only a few', async () => {
    const busy = await startSshServer({ config: ['MaxStartups 4'] });
    try {
      const knownHostsFile = pin('known_hosts', 'ed25519', undefined, busy);
      const identityFile = busy.userKey.file;
      const over = transport();
      await Promise.all(
        Array.from({ length: 16 }, () =>
          connect({ port: busy.port, knownHostsFile, identityFile }, over),
        ),
      );
      await Promise.all(open.splice(0).map((connection) => connection.close()));
    } finally {
      await busy.stop();
    }
  });

  it('says that the connection was lost when the server hangs up after the login', async () => {
    const hostKeys = [readFileSync(server.hostKeys['ed25519']?.file ?? '')];
    const hangUp = new Ssh2Server({ hostKeys }, (client) => {
      client
        .on('authentication', (request) => {
          request?.accept();
        })
        .on('ready', () => {
          client.end();
        });
    });
    await new Promise<void>((resolve) => {
      hangUp.listen(0, '127.0.0.1', resolve);
    });
    const { port } = hangUp.address();
    const knownHostsFile = pin('hung-up', 'ed25519', undefined, { ...server, port });
    const run = connect({ port, knownHostsFile });
    await expect(run).rejects.toThrow('the connection was lost after the login');
    await expect(run).rejects.toMatchObject({
      hint: expect.stringMatching(/^Try again/) as string,
    });
    hangUp.close();
  });

  it('is not harmed by another service', async () => {
    const port = await listen((socket) => {
      socket.end('HTTP/1.0 400 Bad Request\r\n\r\n');
    });
    const run = connect({ port });
    await expect(run).rejects.toMatchObject({ reason: 'protocol' });
    await expect(run).rejects.toThrow('no SSH server; it says "HTTP/1.0 400 Bad Request"');
  });
});

describe('the login shell', () => {
  it.each([
    ['says a lot first', `echo noise; printf 'ready\\n' >&2; eval "$SSH_ORIGINAL_COMMAND"`],
    ['is fish', 'exec fish -c "$SSH_ORIGINAL_COMMAND"'],
    ['is tcsh', 'exec tcsh -c "$SSH_ORIGINAL_COMMAND"'],
    ['is dash', 'exec dash -c "$SSH_ORIGINAL_COMMAND"'],
  ])('may be one that %s', async (_, command) => {
    const [, program = ''] = /^exec (\w+)/.exec(command) ?? [];
    // Only those that are installed.
    if (program !== '' && !isThere(program)) return;
    const other = await startSshServer({
      config: ['Banner /etc/hostname', `ForceCommand ${command}`],
    });
    try {
      const knownHostsFile = pin('known_hosts', 'ed25519', undefined, other);
      const identityFile = other.userKey.file;
      const connection = await connect({ port: other.port, knownHostsFile, identityFile });
      const { stdout, stderr } = await connection.run(
        literal(`printf '%s\\n' "it's" \\!; echo e >&2`),
      );
      expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: "it's\n!\n", stderr: 'e\n' });
      await connection.close();
    } finally {
      await other.stop();
    }
  });

  it('may not be one that runs nothing', async () => {
    const other = await startSshServer({ config: ['ForceCommand echo "no shell for you"'] });
    try {
      const knownHostsFile = pin('known_hosts', 'ed25519', undefined, other);
      const run = connect({ port: other.port, knownHostsFile, identityFile: other.userKey.file });
      await expect(run).rejects.toMatchObject({ reason: 'protocol' });
      await expect(run).rejects.toThrow(/the shell ended with status 0: no shell for you/);
    } finally {
      await other.stop();
    }
  });
});

/** The server's processes for its connections. */
function sessionsOf({ pid }: SshServer): readonly number[] {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
