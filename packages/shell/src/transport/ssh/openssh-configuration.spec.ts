import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { saying } from '../../testing/saying.js';
import { openSshConfiguration } from './openssh-configuration.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'openssh-'));
  mkdirSync(path.join(home, '.ssh'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function configuration(userConfig: string, target = {}, agent = '/run/agent') {
  writeFileSync(path.join(home, '.ssh/config'), userConfig);
  writeFileSync(path.join(home, 'known'), '');
  return openSshConfiguration(
    { name: 'web', address: 'web', sudo: true, knownHostsFile: `${home}/known`, ...target },
    '/run/ssh',
    { home, env: { USER: 'me', SSH_AUTH_SOCK: agent } },
  );
}

const COMMON = (): string => `Host *
  UserKnownHostsFile "${home}/known"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  UpdateHostKeys no
  CheckHostIP no
  ForwardAgent no
  ForwardX11 no
  PasswordAuthentication no
  KbdInteractiveAuthentication no
`;

it('openSshConfiguration() has the target’s own values, and none of what else the user has', async () => {
  const { text, alias, unpinned } = await configuration(
    'Host *\n ForwardAgent yes\n LocalForward 1 x:2\n',
    {
      ...{ address: '10.0.0.1', port: 2222, user: 'debian', identityFile: '/keys/100%' },
    },
  );
  expect([alias, unpinned]).toEqual(['target', ['web']]);
  expect(text).toBe(`Host target
  HostName 10.0.0.1
  Port 2222
  User debian
  HostKeyAlias [10.0.0.1]:2222
  IdentityFile "/keys/100%%"
  IdentitiesOnly yes
  IdentityAgent "/run/agent"
  ConnectTimeout 10

${COMMON()}`);
});

it('openSshConfiguration() goes through the jump hosts', async () => {
  const { text, unpinned } = await configuration(
    'Host web\n ProxyJump a@one:2200\n User b\n IdentityFile none\n IdentityAgent none\nHost one\n IdentityFile ~/k\n IdentitiesOnly yes\n',
  );
  expect(unpinned).toEqual(['jump host one', 'web']);
  expect(text).toBe(`Host jump-1
  HostName one
  Port 2200
  User a
  HostKeyAlias [one]:2200
  IdentityFile "${home}/k"
  IdentitiesOnly yes
  IdentityAgent "/run/agent"
  ConnectTimeout 10

Host target
  HostName web
  Port 22
  User b
  HostKeyAlias web
  IdentityFile none
  IdentitiesOnly no
  IdentityAgent none
  ConnectTimeout 10
  ProxyJump jump-1

${COMMON()}`);
});

it('openSshConfiguration() takes the target’s name for its key before that of the user', async () => {
  const config = 'Host web\n HostKeyAlias farm\n ProxyJump one\n';
  const named = await configuration(config, { hostKeyAlias: 'vm-1', port: 2222 });
  expect(named.text.match(/HostKeyAlias .*/g)).toEqual(['HostKeyAlias one', 'HostKeyAlias vm-1']);
  const plain = await configuration(config, { port: 2222 });
  expect(plain.text.match(/HostKeyAlias .*/g)).toEqual(['HostKeyAlias one', 'HostKeyAlias farm']);
});

it.each(['/a"b', '/a\\b', '/a\nb', '/${HOME}'])(
  'openSshConfiguration() refuses the path %j',
  async (file) => {
    await expect(configuration('', { identityFile: file })).rejects.toThrow(
      saying(
        /^Cannot connect to web: .* is no path that OpenSSH's configuration can hold\n {2}→ rename it/,
      ),
    );
  },
);

/** Public keys of Vagrant, which everybody has, and of a person. */
const INSECURE = 'AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y';
const OWN = 'AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV';

/** Lists public keys as an agent does (draft-ietf-sshm-ssh-agent, section 4.4). */
async function agentWithKeys(...keys: readonly string[]): Promise<string> {
  const text = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const count = Buffer.alloc(5);
  count.writeUInt8(12);
  count.writeUInt32BE(keys.length, 1);
  const listed = keys.flatMap((key) => [text(Buffer.from(key, 'base64')), text(Buffer.alloc(0))]);
  const server = createServer((socket) => {
    socket.on('data', () => socket.end(text(Buffer.concat([count, ...listed]))));
  });
  const socket = path.join(home, 'agent');
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return socket;
}

const keyLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => /Identit(?:yFile|iesOnly)/.test(line));

it('openSshConfiguration() leaves out a file with a key that everybody has', async () => {
  writeFileSync(path.join(home, 'vagrant.pub'), `ssh-ed25519 ${INSECURE} vagrant\n`);
  const config = `Host web\n IdentityFile ~/vagrant\n IdentityFile ~/own\n`;
  expect(keyLines((await configuration(config)).text)).toEqual([
    `  IdentityFile "${home}/own"`,
    '  IdentitiesOnly no',
  ]);
  const only = `Host web\n IdentityFile ~/vagrant\n`;
  expect(keyLines((await configuration(only)).text)[0]).toBe('  IdentityFile none');
  const allowed = await configuration(only, { insecureKeys: 'allowed' });
  expect(keyLines(allowed.text)[0]).toBe(`  IdentityFile "${home}/vagrant"`);
});

it('openSshConfiguration() tries the other keys only of an agent with such a key', async () => {
  const agent = await agentWithKeys(INSECURE, OWN);
  const { text, files } = await configuration('', {}, agent);
  expect(keyLines(text).slice(-2)).toEqual([
    '  IdentityFile "/run/ssh/agent-1-1.pub"',
    '  IdentitiesOnly yes',
  ]);
  expect([...files]).toEqual([['/run/ssh/agent-1-1.pub', `ssh-ed25519 ${OWN}\n`]]);
  const allowed = await configuration('', { insecureKeys: 'allowed' }, agent);
  expect(keyLines(allowed.text).at(-1)).toBe('  IdentitiesOnly no');
  expect(allowed.files.size).toBe(0);
});

it('openSshConfiguration() names no agent where SSH_AUTH_SOCK is empty', async () => {
  const { text } = await configuration('', {}, '');
  expect(text).toContain('\n  IdentityAgent none\n');
});

it('openSshConfiguration() tries all keys of an agent without such a key', async () => {
  const { text, files } = await configuration('', {}, await agentWithKeys(OWN));
  expect(keyLines(text).at(-1)).toBe('  IdentitiesOnly no');
  expect(files.size).toBe(0);
});
