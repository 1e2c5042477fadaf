import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

function configuration(userConfig: string, target = {}) {
  writeFileSync(path.join(home, '.ssh/config'), userConfig);
  writeFileSync(path.join(home, 'known'), '');
  return openSshConfiguration(
    { name: 'web', address: 'web', sudo: true, knownHostsFile: `${home}/known`, ...target },
    { home, env: { USER: 'me', SSH_AUTH_SOCK: '/run/agent' } },
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

it('openSshConfiguration() has the target’s own values, and none of what else the user has', () => {
  const { text, alias, unpinned } = configuration(
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

it('openSshConfiguration() goes through the jump hosts', () => {
  const { text, unpinned } = configuration(
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

it.each(['/a"b', '/a\\b', '/a\nb', '/${HOME}'])(
  'openSshConfiguration() refuses the path %j',
  (file) => {
    expect(() => configuration('', { identityFile: file })).toThrow(
      saying(
        /^Cannot connect to web: .* is no path that OpenSSH's configuration can hold\n {2}→ rename it/,
      ),
    );
  },
);
