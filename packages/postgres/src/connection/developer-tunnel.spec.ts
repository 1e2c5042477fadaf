import { z } from '@fairness-deploy/core';
import { exampleEnvironment, exampleHost } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { sectionSchema } from '../section/section.js';
import { developerPort, developerTunnel } from './developer-tunnel.js';

const section = (given: object) => z.parse(sectionSchema, { mode: 'tunnel', ...given });

it.each([
  [{}, undefined, 5432, { host: 'localhost', port: 5432 }],
  [{ port: '6543' }, undefined, 6543, { host: 'localhost', port: 5432 }],
  [{ tunnel: { host: 'docker', port: 15_000 } }, undefined, 5432, { host: 'docker', port: 15_000 }],
  [{ port: '5433', tunnel: { port: 15_000 } }, 5434, 5433, { host: 'localhost', port: 5434 }],
])('developerPort() of %j with the port %s', (given, databasePort, port, to) => {
  expect(developerPort(section(given), databasePort)).toEqual({ on: 'host', port, to });
});

it('developerTunnel() says where it leads, and what may have the port', () => {
  const environment = exampleEnvironment({ name: 'dev' });
  const host = { ...exampleHost, name: 'web' };
  const tunnel = developerTunnel({ section: section({ port: '5433' }), environment, host });
  expect(tunnel.described(5433)).toBe(
    '127.0.0.1:5433 of web leads to PostgreSQL of this machine (localhost:5432), until Ctrl-C',
  );
  expect(tunnel.otherwise).toContain(
    "npx nx run dev:ssh -- --host=web 'sudo ss -ltnp sport = :5433'",
  );
});
