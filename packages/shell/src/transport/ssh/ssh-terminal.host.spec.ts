import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sh, type Script } from '../../script/sh.js';
import { Secret } from '../../secret/secret.js';
import { startSshServer, type SshServer } from '../../testing/ssh-server.js';
import type { Target, Terminal, TerminalSize } from '../transport.js';
import { sshTransport } from './ssh-transport.js';

const USER = `fdt${String(process.pid)}`;
const PASSWORD = `it's $HOME "%p" \\`;
const RULES = `/etc/sudoers.d/${USER}`;

let server: SshServer;

beforeAll(async () => {
  server = await startSshServer({ hostKeys: ['ed25519'] });
  execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', USER]);
  execFileSync('chpasswd', { input: `${USER}:${PASSWORD}\n` });
  const { publicKey = '' } = server.hostKeys['ed25519'] ?? {};
  const file = path.join(server.folder, 'known_hosts');
  writeFileSync(file, `[127.0.0.1]:${String(server.port)} ${publicKey}\n`);
});

afterAll(async () => {
  rmSync(RULES, { force: true });
  execFileSync('userdel', ['--remove', '--force', USER], { stdio: 'ignore' });
  await server.stop();
});

/** A terminal here, in the hands of a test. */
class Hands implements Terminal {
  readonly type = 'vt100';
  shown = '';
  taken = 0;
  press: (keys: string) => void = () => undefined;
  resize: (size: TerminalSize) => void = () => undefined;
  #size = { rows: 31, columns: 97 };

  size = () => this.#size;
  write = (bytes: Buffer): void => {
    this.shown += bytes.toString();
  };
  take = (keys: (bytes: Buffer) => void, resized: (size: TerminalSize) => void) => {
    this.taken += 1;
    this.press = (text) => {
      keys(Buffer.from(text));
    };
    this.resize = (size) => {
      this.#size = { ...size };
      resized(size);
    };
    return () => {
      this.taken -= 1;
    };
  };

  /** Waits until it shows a text. */
  async shows(text: string): Promise<void> {
    await expect.poll(() => this.shown).toContain(text);
  }
}

function run(script: Script, changes: Partial<Target> = {}) {
  const hands = new Hands();
  const transport = sshTransport({ configFile: '/nonexistent', home: server.folder, env: {} });
  const target: Target = {
    ...{ name: 'web-1', address: '127.0.0.1', port: server.port, user: 'root', sudo: true },
    identityFile: server.userKey.file,
    knownHostsFile: path.join(server.folder, 'known_hosts'),
    ...changes,
  };
  const status = transport.terminal?.(target, script, hands);
  if (!status) throw new Error('no terminals');
  return { hands, status };
}

describe('a terminal over SSH', () => {
  it('has the type and size of the one here, passes keys on, and tells the exit status', async () => {
    const script = sh`
      stty size; echo "$TERM $(id -un) $(pwd) $#"
      read -r line
      printf '<%s>\n' "$line"
      stty size
      exit 42`;
    const { hands, status } = run(script);
    await hands.shows('vt100');
    hands.resize({ rows: 12, columns: 34 });
    hands.press("it's $HOME é\r");
    expect(await status).toBe(42);
    expect(hands.shown.replaceAll('\r', '')).toBe(
      "31 97\nvt100 root / 0\nit's $HOME é\n<it's $HOME é>\n12 34\n",
    );
    expect(hands.taken).toBe(0);
  });

  it('interrupts the program there with Ctrl-C, and tells which signal ended it', async () => {
    const { hands, status } = run(sh`echo up; exec sleep 300`);
    await hands.shows('up');
    hands.press('\u0003');
    expect(await status).toBe(130);
  });

  it('shows no script on a command line, whatever it holds', async () => {
    const { hands, status } = run(
      sh`printf '%s\n' ${`it's "a" \`$(b)\` \\ !\nnext`} ${'x'.repeat(100_000)} | head -c 60; tr '\0' ' ' </proc/$$/cmdline`,
    );
    expect(await status).toBe(0);
    expect(hands.shown).toContain('it\'s "a" `$(b)` \\ !\r\nnext\r\nxxx');
    expect(hands.shown.match(/it's/g)).toHaveLength(1);
  });

  it('sends SIGHUP when the connection ends', async () => {
    const file = path.join(server.folder, 'hung-up');
    const script = sh`trap ${`echo hung up >${file}; exit`} HUP; echo "up $PPID."; while :; do sleep 0.05; done`;
    const { hands, status } = run(script);
    await hands.shows('.');
    const ended = expect(status).rejects.toThrow(/^Cannot reach web-1 \(.*\) any more: /);
    const [, parent = ''] = /up (\d+)\./.exec(hands.shown) ?? [];
    process.kill(Number(parent), 'SIGKILL');
    await ended;
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toBe('hung up\n');
    expect(hands.taken).toBe(0);
  });

  it.each([
    ['without a password', 'NOPASSWD: ALL', undefined, []],
    ['with a password', 'ALL', PASSWORD, ['lecture=always']],
    ['with a password and a terminal of its own', 'ALL', PASSWORD, ['use_pty']],
  ])('is root by sudo %s, which it does not show', async (_, rule, password, defaults) => {
    const rules = [
      `${USER} ALL=(ALL) ${rule}`,
      ...defaults.map((one) => `Defaults:${USER} ${one}`),
    ];
    writeFileSync(RULES, rules.map((one) => `${one}\n`).join(''), { mode: 0o440 });
    const sudoPassword = password === undefined ? undefined : new Secret('sudo', password);
    const { hands, status } = run(sh`id -un; read -r line; echo "<$line>"; exit 7`, {
      user: USER,
      ...(sudoPassword && { sudoPassword }),
    });
    await hands.shows('root');
    hands.press('typed\r');
    expect(await status).toBe(7);
    expect(hands.shown.replaceAll('\r', '')).toBe('root\ntyped\n<typed>\n');
  });

  it('says that sudo refuses the password, without it', async () => {
    writeFileSync(RULES, `${USER} ALL=(ALL) ALL\n`, { mode: 0o440 });
    const sudoPassword = new Secret('sudo', 'not-the-password');
    const { status } = run(sh`:`, { user: USER, sudoPassword });
    const error = await status.catch((reason: unknown) => String(reason));
    expect(error).toMatch(
      /Cannot open a terminal on web-1 \(.*\): sudo doesn't accept the password/,
    );
    expect(error).not.toContain('not-the-password');
  });
});
