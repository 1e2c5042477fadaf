/** An application for tests, and what can be wrong with it. */
import { repositoryIn, type TemporaryRepository } from '@fairness-deploy/release/testing';

/** The mistakes that only show on a host. */
export type Mistake = 'package' | 'migration' | 'variable' | 'health';

/** Of the sandbox's mirror. */
export const NODE = { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' };

/** It answers with a greeting, and with the count of its items where it has a database. */
const SERVER = `
const { execFile } = require('node:child_process');
const { createServer } = require('node:http');
const { DATABASE_URL, GREETING, PORT } = process.env;
createServer((request, response) => {
  if (request.url !== '/' && request.url !== '/health') {
    response.statusCode = 404;
    response.end();
    return;
  }
  if (!DATABASE_URL) return void response.end(GREETING);
  execFile('psql', [DATABASE_URL, '-XAtc', 'SELECT count(*) FROM items'], (error, rows) => {
    response.statusCode = error ? 500 : 200;
    response.end(error ? String(error) : GREETING + ' ' + rows.trim());
  });
}).listen(Number(PORT), '127.0.0.1');
`;

/** It works for ever, if it is greeted. */
const WORKER = `
: "\${GREETING:?it is not set}"
while :; do sleep 1; done
`;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS items (name text);
INSERT INTO items VALUES ('one');
`;

/** Makes the repository of the application. */
export function shopIn(folder: string): TemporaryRepository {
  const repository = repositoryIn(folder);
  repository.write('server.js', SERVER);
  repository.write('worker.sh', WORKER);
  repository.write('schema.sql', SCHEMA);
  repository.commit('The shop opens');
  return repository;
}

/** How each mistake looks; the commands of the application have none other. */
const MIGRATE: Readonly<Record<Mistake | 'none', string>> = {
  none: 'echo migrated',
  package: 'cowsay moo',
  migration: 'echo the table items is missing >&2; exit 3',
  variable: 'echo migrated',
  health: 'echo migrated',
};

/** The sections of an environment of the application: as little as shows the mistake. */
export function shop(
  repository: string,
  mistake: Mistake | 'none',
): Readonly<Record<string, unknown>> {
  const health = { path: '/healthy', settle: 0.5, deadline: 3 };
  return {
    application: {
      name: 'shop',
      env: mistake === 'variable' ? {} : { GREETING: 'hello' },
      ...(mistake === 'health' && { node: NODE }),
      processes:
        mistake === 'health'
          ? { web: { command: 'node server.js', port: 3000, health } }
          : { work: { command: 'sh worker.sh', health: { settle: 1 } } },
    },
    release: { repository, install: false, build: false, migrate: MIGRATE[mistake] },
    supervisor: {},
  };
}
