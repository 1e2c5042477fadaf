import { expect, it } from 'vitest';
import { remoteWords, sshArguments } from './ssh.js';

const host = {
  id: 'web-0',
  name: 'web',
  workspace: '/srv',
  address: '10.0.0.10',
  port: 22,
  user: 'root',
  identityFile: '/key',
  knownHostsFile: '/known',
  root: '/root',
} as const;

it('sshArguments() pins the host’s keys and leaves the user’s configuration out', () => {
  expect(sshArguments(host, ['uptime', '-p']).join(' ')).toBe(
    '-F /dev/null -i /key -p 22 -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes ' +
      '-o UserKnownHostsFile=/known -o GlobalKnownHostsFile=/dev/null root@10.0.0.10 -- uptime -p',
  );
});

it.each([
  [
    ['uptime', '-p'],
    ['uptime', '-p'],
  ],
  [['--host=web', 'uptime'], ['uptime']],
  [
    ['--host', 'web', 'echo', '--host=b'],
    ['echo', '--host=b'],
  ],
  [[], []],
])('remoteWords() of %j is %j', (unparsed, expected) => {
  expect(remoteWords(unparsed)).toEqual(expected);
});
