import { definePlugin, extendTunnel, z } from '@fairness-deploy/core';
import { exampleEnvironment, exampleHost, exampleRun } from '@fairness-deploy/core/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { listenersOn, tunnelsOf, type TunnelOptions } from './tunnel.js';

const environment = exampleEnvironment({ name: 'vagrant' });
const host = { ...exampleHost, name: 'web' };
const tunnels = (
  options: TunnelOptions,
  plugins: Parameters<typeof exampleRun>[0]['plugins'] = [],
) => tunnelsOf(exampleRun({ environment, options, plugins }), host);

const SITE = { on: 'client', port: 3080, to: { host: '127.0.0.1', port: 80 } };
const DATABASE = { on: 'host', port: 5432, to: { host: 'localhost', port: 5432 } };

it.each([
  [{}, [DATABASE, SITE]],
  [
    { databasePort: 5433, sitePort: 80 },
    [
      { ...DATABASE, to: { host: 'localhost', port: 5433 } },
      { ...SITE, port: 80 },
    ],
  ],
])('tunnelsOf() %j without a plugin that knows of a database', (options, expected) => {
  expect(tunnels(options).map(({ port }) => port)).toEqual(expected);
});

it('tunnelsOf() has the ports that plugins say, and PostgreSQL’s own no more', () => {
  const plugin = (port?: number) =>
    definePlugin({
      section: 'mysql',
      schema: z.null(),
      extensions: [
        extendTunnel<null>({
          ports: ({ host: { name } }, { databasePort = 3306 }) =>
            port === undefined
              ? []
              : [
                  {
                    port: { on: 'host', port, to: { host: name, port: databasePort } },
                    name: 'The tunnel to MySQL',
                    described: String,
                  },
                ],
        }),
      ],
    });
  const ports = (options: TunnelOptions, port?: number) =>
    tunnels(options, [plugin(port)]).map((one) => one.port);
  expect(ports({}, 3307)).toEqual([
    { on: 'host', port: 3307, to: { host: 'web', port: 3306 } },
    SITE,
  ]);
  expect(ports({ databasePort: 1 }, 3307)[0]).toMatchObject({ to: { port: 1 } });
  // The database of the environment itself.
  expect(ports({})).toEqual([SITE]);
});

it('tunnelsOf() says what each is for', () => {
  expect(
    tunnels({ databasePort: 5433 }).map(({ described, port }) => described(port.port)),
  ).toEqual([
    '127.0.0.1:5432 of web leads to PostgreSQL of this machine (localhost:5433), until Ctrl-C',
    'http://localhost:3080 is the site in the VM, until Ctrl-C',
  ]);
});

it('listenersOn() names a program of the platform', () => {
  expect(listenersOn(3080, 'linux')).toBe('ss -ltnp sport = :3080');
  expect(listenersOn(3080, 'darwin')).toBe('lsof -nP -iTCP:3080 -sTCP:LISTEN');
});

it.each([
  [{ sitePort: 0 }, 'Cannot open the tunnel: --site-port is 0, which is no port'],
  [{ databasePort: 1.5 }, 'Cannot open the tunnel: --database-port is 1.5, which is no port'],
])('tunnelsOf() refuses %j', (options, message) => {
  expect(() => tunnels(options)).toThrow(saying(message));
});
