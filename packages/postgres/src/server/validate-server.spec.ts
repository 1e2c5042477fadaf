import { exampleHost } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { contextFor } from '../testing/provisioned.js';
import { validateServer } from './validate-server.js';

const whole = {
  server: { listen: ['127.0.0.1', '10.0.0.5'], clients: ['10.0.0.0/24'] },
};

/** Issues as `path: message`, on one host or several. */
const issues = (given: object, hosts: readonly string[] = ['web']) => {
  const { section, environment } = contextFor({ ...given });
  const all = hosts.map((name) => ({ ...exampleHost, name }));
  return validateServer(section, { ...environment, hosts: all }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
};

it.each<readonly [object, readonly string[]]>([
  [{}, []],
  [whole, []],
  [{ mode: 'managed' }, []],
  [
    { server: { listen: ['0.0.0.0'] } },
    ['server.listen: the Internet may reach 0.0.0.0: it needs clients, a certificate and its key'],
  ],
  [
    { server: { listen: ['203.0.113.5'], clients: ['10.0.0.0/8'] } },
    [
      'server.listen: the Internet may reach 203.0.113.5: it needs clients, a certificate and its key',
    ],
  ],
  [
    { server: { clients: ['10.0.0.0/8'] } },
    ['server.listen: the server has clients elsewhere, and listens on no address for them'],
  ],
  [{ user: 'postgres' }, ['user: the server has this name for itself']],
  [{ database: 'template1' }, ['database: the server has this name for itself']],
  [
    { user: '/x' },
    [
      'user: pg_hba.conf can hold no name with a control character, or with a slash at its beginning',
    ],
  ],
  [
    { user: 'x'.repeat(64) },
    ['user: Cannot use a name in SQL: it has more than the 63 bytes that PostgreSQL keeps'],
  ],
  [{ port: '0' }, ['port: expected a port, such as 5432']],
  [{ port: '65536' }, ['port: expected a port, such as 5432']],
  [{ mode: 'managed', server: {} }, ['server: with the mode managed, no server is set up']],
  [{ mode: 'tunnel', server: {} }, ['server: with the mode tunnel, no server is set up']],
  [{ server: { runsOn: 'db1' } }, ['server.runsOn: there is no host "db1" with this section']],
  [
    { repository: { uri: 'http://mirror.test', key: 'key.asc' }, mode: 'managed', version: 16 },
    ['repository.key: there is no file /key.asc'],
  ],
])('validateServer(%j)', (section, expected) => {
  expect(issues(section)).toEqual(expected);
});

it('validateServer() of several hosts asks which one runs the server, and where the others find it', () => {
  const hosts = ['web', 'db1'];
  expect(issues({}, hosts)).toEqual([
    'server: the environment has several hosts, and one of them runs the server',
  ]);
  expect(issues({ server: { ...whole.server, runsOn: 'db1' } }, hosts)).toEqual([
    'host: the environment has several hosts, and only one reaches the server on 127.0.0.1',
  ]);
  expect(issues({ host: '10.0.0.5', server: { ...whole.server, runsOn: 'db1' } }, hosts)).toEqual(
    [],
  );
});
