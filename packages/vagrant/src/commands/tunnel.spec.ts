import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { tunnelsOf, type TunnelOptions } from './tunnel.js';

const tunnels = (options: TunnelOptions, sections = {}) =>
  tunnelsOf({ environment: { ...exampleEnvironment(), name: 'vagrant', sections }, options });

const SITE = { on: 'client', port: 3080, to: { host: '127.0.0.1', port: 80 } };
const DATABASE = { on: 'host', port: 5432, to: { host: 'localhost', port: 5432 } };

it.each([
  [{}, {}, [DATABASE, SITE]],
  [{}, { postgres: { mode: 'tunnel' } }, [DATABASE, SITE]],
  // The database of the environment has the port in the VM.
  [{}, { postgres: { mode: 'local' } }, [SITE]],
  [
    { databasePort: 5433, sitePort: 80 },
    {},
    [
      { ...DATABASE, to: { host: 'localhost', port: 5433 } },
      { ...SITE, port: 80 },
    ],
  ],
])('tunnelsOf() of %j with %j', (options, sections, expected) => {
  expect(tunnels(options, sections).map(({ port }) => port)).toEqual(expected);
});

it('tunnelsOf() says what each is for', () => {
  expect(
    tunnels({ databasePort: 5433 }).map(({ described, port }) => described(port.port)),
  ).toEqual([
    '127.0.0.1:5432 in the VM is PostgreSQL of this machine (localhost:5433), until Ctrl-C',
    'http://localhost:3080 is the site in the VM, until Ctrl-C',
  ]);
});

it.each([
  [{ sitePort: 0 }, 'Cannot open the tunnel: --site-port is 0, which is no port'],
  [{ databasePort: 1.5 }, 'Cannot open the tunnel: --database-port is 1.5, which is no port'],
])('tunnelsOf() refuses %j', (options, message) => {
  expect(() => tunnels(options)).toThrow(saying(message));
});
