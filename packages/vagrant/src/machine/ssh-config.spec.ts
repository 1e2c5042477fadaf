import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { parseSshConfig } from './ssh-config.js';

/** As Vagrant 2.3.4 prints it. */
const ANSWER = `Host web
  HostName 127.0.0.1
  User vagrant
  Port 2222
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  PasswordAuthentication no
  IdentityFile /home/ann/shop/vagrant/.vagrant/machines/web/virtualbox/private_key
  IdentitiesOnly yes
  LogLevel FATAL

`;

it('parseSshConfig() reads address, port, user and key', () => {
  expect(parseSshConfig(ANSWER, 'web')).toEqual({
    address: '127.0.0.1',
    port: 2222,
    user: 'vagrant',
    identityFile: '/home/ann/shop/vagrant/.vagrant/machines/web/virtualbox/private_key',
  });
});

it.each([
  [
    'a key in quotes',
    /\/home\/ann.*/,
    '"/home/ann lee/key"',
    { identityFile: '/home/ann lee/key' },
  ],
  ['the first of several keys', / {2}IdentitiesOnly/, '  IdentityFile /other\n$&', {}],
  ['lines of Windows', /\n/g, '\r\n', { user: 'vagrant' }],
])('parseSshConfig() reads %s', (_, what, by, expected) => {
  expect(parseSshConfig(ANSWER.replace(what, by), 'web')).toMatchObject(expected);
});

it.each([
  [/^Host web/, 'Host other', 'it does not begin with the machine'],
  [/^[^]*$/, '', 'it does not begin with the machine'],
  [/ {2}Port 2222\n/, '', 'it has no Port'],
  [/ {2}Port 2222/, '$&\n$&', 'it has several Port'],
  [/Port 2222/, 'Port 0', 'its Port is no port'],
  [/Port 2222/, 'Port 65536', 'its Port is no port'],
  [/HostName .*/, 'HostName -oProxyCommand=id', 'its HostName is no host name or address'],
  [/User vagrant/, 'User $(id)', 'its User is no user name'],
  [/IdentityFile .*/, 'IdentityFile key', 'its IdentityFile is no absolute path'],
  [/ {2}LogLevel FATAL/, '  ProxyCommand id', 'it has a ProxyCommand, which is not run here'],
  [/FATAL/, 'FA\u001bTAL', 'line 10 is not a key and a value'],
  [/ {2}LogLevel FATAL/, 'Host other', 'line 10 is not a key and a value'],
  [/FATAL/, 'x'.repeat(70_000), 'it is too long'],
])('parseSshConfig() refuses %s as %j', (what, by, why) => {
  expect(() => parseSshConfig(ANSWER.replace(what, by), 'web')).toThrow(
    saying(
      `Cannot use the answer of "vagrant ssh-config web": ${why}\n  → see it in the folder of the Vagrantfile: vagrant ssh-config web`,
    ),
  );
});
