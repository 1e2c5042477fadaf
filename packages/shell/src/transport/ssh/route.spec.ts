import { mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '../../testing/saying.js';
import { label, type Endpoint } from './endpoint.js';
import { readSshConfig } from './read-ssh-config.js';
import { route } from './route.js';
import { sshOptions } from './ssh-config.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'ssh-config-'));
  mkdirSync(path.join(home, '.ssh/conf.d'), { recursive: true });
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

type Wanted = Partial<Parameters<typeof route>[0]>;

function resolve(config: string, wanted: Wanted = {}, env = {}): readonly Endpoint[] {
  writeFileSync(path.join(home, '.ssh/config'), config);
  const items = readSshConfig(path.join(home, '.ssh/config'), home);
  return route(
    { name: 'web-1', address: 'web', ...wanted },
    { home, user: 'me', env, options: (host, user) => sshOptions(items, host, user, 'me') },
  );
}

function last(config: string, wanted: Wanted = {}, env = {}): Endpoint | undefined {
  return resolve(config, wanted, env).at(-1);
}

describe('route()', () => {
  it('goes straight to a host of which ssh_config says nothing', () => {
    expect(resolve('', { address: '10.0.0.1' })).toEqual([
      {
        name: 'web-1',
        host: '10.0.0.1',
        port: 22,
        user: 'me',
        hostKeyName: '10.0.0.1',
        identityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `${home}/.ssh/${name}`),
        identitiesNamed: false,
        identitiesOnly: false,
        agent: undefined,
        timeout: 10_000,
      },
    ]);
  });

  it('takes what ssh_config says', () => {
    const config = `
      Host web
        hostname %h.Example.com
        User = deploy
        Port 2222
        IdentityFile ~/.ssh/%h-%r
        IdentityFile "\${KEYS}/a key"
        IdentitiesOnly yes
        HostKeyAlias web-farm
        ConnectTimeout 3
        IdentityAgent ~/agent.sock
    `;
    expect(last(config, {}, { KEYS: '/keys', SSH_AUTH_SOCK: '/run/agent' })).toMatchObject({
      host: 'web.Example.com',
      port: 2222,
      user: 'deploy',
      hostKeyName: 'web-farm',
      identityFiles: [`${home}/.ssh/web.Example.com-deploy`, '/keys/a key'],
      identitiesNamed: true,
      identitiesOnly: true,
      agent: `${home}/agent.sock`,
      timeout: 3000,
    });
  });

  it('lets what the target says win', () => {
    const config = 'Host web\n  User deploy\n  Port 2222\n  IdentityFile /other\n';
    const wanted = { user: 'root', port: 22, identityFile: '/keys/${HOME} of %h' };
    expect(last(config, wanted)).toMatchObject({
      user: 'root',
      port: 22,
      // It is a path as it is: nothing in it stands for anything else.
      identityFile: '/keys/${HOME} of %h',
      identityFiles: ['/other'],
    });
  });

  it('takes the first value of each option, and all identity files', () => {
    const config =
      'Host web\n Port 1\n IdentityFile /a\nHost *\n Port 2\n IdentityFile /b\n User u\n';
    expect(last(config)).toMatchObject({ port: 1, user: 'u', identityFiles: ['/a', '/b'] });
  });

  it('follows includes, also within a section', () => {
    writeFileSync(path.join(home, '.ssh/conf.d/1.conf'), 'Host web\n  Port 2201\n');
    writeFileSync(path.join(home, '.ssh/conf.d/2.conf'), 'Host *\n  User included\n  Port 1\n');
    writeFileSync(path.join(home, '.ssh/within'), 'Port 7\n');
    const config =
      'Host other\n  Include within\nHost *\n  Include ~/.ssh/conf.d/*.conf none\n  User later\n';
    expect(last(config)).toMatchObject({ port: 2201, user: 'included' });
    expect(last(config, { address: 'other' })).toMatchObject({ port: 7 });
  });

  it('refuses files that include each other', () => {
    expect(() => last('Include config\n')).toThrow('more than 16 files include each other');
  });

  it('heeds Match, and never runs its exec', () => {
    const witness = path.join(home, 'run');
    const config = `
Match host web exec "touch ${witness}"
  Port 1
Match exec "touch ${witness}"
  Port 2
Match final
  User final
Match originalhost web !user root
  Port 3
Match host web.example.com
  Port 4
Match user root
  HostName web.example.com
Match all
  Port 5
`;
    expect(last(config)).toMatchObject({ port: 3, user: 'final' });
    expect(last(config, { user: 'root' })).toMatchObject({ port: 5, host: 'web.example.com' });
    expect(existsSync(witness)).toBe(false);
  });

  it('goes through jump hosts, each with options of its own', () => {
    const config = `
Host web
  ProxyJump admin@first:2201,[::1]:2202
Host first
  HostName first.example.com
  User ignored
  IdentityFile /first
  ProxyJump outer
Host outer
  Port 2200
Host ::1
  User six
`;
    expect(resolve(config).map(label)).toEqual([
      'jump host outer (me@outer:2200)',
      'jump host first (admin@first.example.com:2201)',
      'jump host ::1 (six@[::1]:2202)',
      'web-1 (me@web:22)',
    ]);
    expect(resolve(config)[1]).toMatchObject({
      identityFiles: ['/first'],
      hostKeyName: '[first.example.com]:2201',
    });
  });

  it('refuses jump hosts that go round in circles, and proxy commands', () => {
    expect(() => last('Host *\n  ProxyJump web\n')).toThrow('more than 8 jump hosts');
    expect(() => last('ProxyCommand nc %h %p\n')).toThrow(
      saying(/ProxyCommand.*\n {2}→ use ProxyJump/),
    );
    expect(last('ProxyJump none\nProxyCommand nc %h %p\n')).toMatchObject({ host: 'web' });
  });

  it.each(['-oProxyCommand=id', 'a;id', '$(id)', 'a b', 'a\nb', 'a\u001bb', '', '`id`', "a'b"])(
    'refuses the host name %j',
    (address) => {
      expect(() => last('', { address })).toThrow('is no host name or address');
    },
  );

  it.each(['-oProxyCommand=id', 'a;id', '$(id)', 'a b'])(
    'refuses the host name %j also from ssh_config',
    (name) => {
      expect(() => last(`HostName ${name}\n`)).toThrow('is no host name or address');
      expect(() => last(`ProxyJump root@${name}\n`)).toThrow(/is no (host name|jump host)/);
    },
  );

  it.each(['-l', 'a b', 'a;b', 'a\u001b', ''])('refuses the user %j', (user) => {
    expect(() => last('', { user })).toThrow('is no user name');
  });

  it('takes IPv6 addresses with and without brackets', () => {
    expect(last('', { address: '[fe80::1%eth0]' })).toMatchObject({ host: 'fe80::1%eth0' });
    const endpoint = last('', { address: '::1', port: 2222, user: 'root' });
    expect(endpoint?.hostKeyName).toBe('[::1]:2222');
    expect(endpoint && label(endpoint)).toBe('web-1 (root@[::1]:2222)');
  });

  it('takes the agent that ssh would', () => {
    const env = { SSH_AUTH_SOCK: '/run/agent', MINE: '/run/mine' };
    expect(last('', {}, env)?.agent).toBe('/run/agent');
    expect(last('IdentityAgent SSH_AUTH_SOCK\n', {}, env)?.agent).toBe('/run/agent');
    expect(last('IdentityAgent $MINE\n', {}, env)?.agent).toBe('/run/mine');
    expect(last('IdentityAgent none\n', {}, env)?.agent).toBeUndefined();
  });

  it.each([
    ['', { SSH_AUTH_SOCK: '' }],
    ['IdentityAgent SSH_AUTH_SOCK\n', { SSH_AUTH_SOCK: '' }],
    ['IdentityAgent $MINE\n', { SSH_AUTH_SOCK: '/run/agent', MINE: '' }],
    ['IdentityAgent ${MINE}\n', { SSH_AUTH_SOCK: '/run/agent', MINE: '' }],
  ])('has no agent where its variable is set, and empty: %j', (config, env) => {
    expect(last(config, {}, env)?.agent).toBeUndefined();
  });

  it('names the file that it cannot understand', () => {
    expect(() => last('Host "web\n')).toThrow(`Cannot read ${home}/.ssh/config: `);
  });
});
