import { expect, it } from 'vitest';
import { sshArguments, sshRequest } from './ssh.js';

const host = {
  id: 'web-0',
  name: 'web',
  workspace: '/srv',
  driver: 'nspawn',
  release: 'bookworm',
  address: '10.0.0.10',
  port: 22,
  innerAddress: '10.0.0.10',
  publishedPorts: {},
  usesGateway: true,
  user: 'root',
  identityFile: '/key',
  knownHostsFile: '/known',
} as const;

it('sshArguments() pins the host’s keys and leaves the user’s configuration out', () => {
  expect(sshArguments(host, ['uptime', '-p']).join(' ')).toBe(
    '-F /dev/null -i /key -p 22 -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes ' +
      '-o UserKnownHostsFile=/known -o GlobalKnownHostsFile=/dev/null root@10.0.0.10 -- uptime -p',
  );
});

it.each([
  // Nx: `--host=b uptime`, `--host b uptime`, `-- --host=b grep -c x --command y`, `-- echo --host=c`
  [{ host: 'b', __unparsed__: ['--host=b', 'uptime'] }, 'b', ['uptime']],
  [{ host: 'b', __unparsed__: ['--host', 'b', 'uptime'] }, 'b', ['uptime']],
  [
    { host: 'b', command: 'y', __unparsed__: ['--host=b', 'grep', '-c', 'x', '--command', 'y'] },
    'b',
    ['grep', '-c', 'x', '--command', 'y'],
  ],
  [{ host: 'c', __unparsed__: ['echo', '--host=c'] }, undefined, ['echo', '--host=c']],
  [{ host: 'b', command: 'id -u', __unparsed__: ['--command=id -u', '--host=b'] }, 'b', ['id -u']],
  [{ __unparsed__: [] }, undefined, []],
  // A target's options in project.json.
  [{ host: 'b', command: 'id' }, 'b', ['id']],
  // fairness-deploy: `--host b -- echo --host=c`
  [{ host: 'b', __unparsed__: ['--', 'echo', '--host=c'] }, 'b', ['echo', '--host=c']],
])('sshRequest() of %j is for host %s to run %j', (options, host, words) => {
  expect(sshRequest(options)).toEqual({ words, ...(host === undefined ? {} : { host }) });
});
