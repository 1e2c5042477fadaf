import { expect, it } from 'vitest';
import { renderHosts } from './list.js';

const host = {
  id: 'web-0',
  name: 'web.a',
  workspace: '/srv/a',
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

it('renderHosts() makes a table', () => {
  const hosts = [
    { ...host, status: 'running', memory: 21_400_000 },
    {
      ...host,
      name: 'database.a',
      driver: 'container',
      status: 'stopped',
      address: '127.0.0.1',
      port: 40022,
    },
  ] as const;
  expect(renderHosts(hosts)).toBe(
    [
      'HOST        STATUS   DRIVER     ADDRESS          MEMORY  WORKSPACE',
      'web.a       running  nspawn     10.0.0.10        21 MB   /srv/a',
      'database.a  stopped  container  127.0.0.1:40022  -       /srv/a',
      '',
    ].join('\n'),
  );
});

it('renderHosts() says so when there is none', () => {
  expect(renderHosts([])).toBe('There is no sandbox host on this machine.\n');
});
