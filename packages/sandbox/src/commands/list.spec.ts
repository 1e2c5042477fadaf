import { expect, it } from 'vitest';
import { renderHosts } from './list.js';

const host = {
  id: 'web-0',
  name: 'web.a',
  workspace: '/srv/a',
  address: '10.0.0.10',
  port: 22,
  user: 'root',
  identityFile: '/key',
  knownHostsFile: '/known',
  root: '/root',
} as const;

it('renderHosts() makes a table', () => {
  const hosts = [
    { ...host, status: 'running', memory: 21_400_000 },
    { ...host, name: 'database.a', address: '10.0.0.9', status: 'stopped' },
  ] as const;
  expect(renderHosts(hosts)).toBe(
    [
      'HOST        STATUS   ADDRESS    MEMORY  WORKSPACE',
      'web.a       running  10.0.0.10  21 MB   /srv/a',
      'database.a  stopped  10.0.0.9   -       /srv/a',
      '',
    ].join('\n'),
  );
});

it('renderHosts() says so when there is none', () => {
  expect(renderHosts([])).toBe('There is no sandbox host on this machine.\n');
});
