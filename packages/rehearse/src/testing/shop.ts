/** An application for tests: it needs a database, a program of a Debian package and a variable. */
import { repositoryIn, type TemporaryRepository } from '@fairness-deploy/release/testing';

/** The mistakes that only show on a host. */
export type Mistake = 'package' | 'migration' | 'health' | 'variable';

export const NODE = { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' };

/** It exits without the variable GREETING, and is healthy when the database has its table. */
const PROGRAM = `
const { execFile } = require('node:child_process');
const { createServer } = require('node:http');
const { DATABASE_URL, GREETING, PORT } = process.env;
if (!GREETING) {
  console.error('GREETING is not set');
  process.exit(1);
}
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

const SCHEMA = 'CREATE TABLE IF NOT EXISTS items (name text); INSERT INTO items VALUES (\'one\');\n';

/** Makes the repository of the application. */
export function shopIn(folder: string): TemporaryRepository {
  const repository = repositoryIn(folder);
  repository.write('index.js', PROGRAM);
  repository.write('schema.sql', SCHEMA);
  repository.commit('The shop opens');
  return repository;
}

/** The sections of an environment of the application, with or without a mistake. */
export function shop(repository: string, mistake?: Mistake): Readonly<Record<string, unknown>> {
  const migrate =
    mistake === 'migration'
      ? 'echo the table items is missing >&2; exit 3'
      : mistake === 'package'
        ? 'cowsay moo'
        : 'echo migrated';
  return {
    application: {
      ...{ name: 'shop', node: NODE },
      env: mistake === 'variable' ? {} : { GREETING: 'hello' },
      processes: {
        web: {
          ...{ command: 'node index.js', port: 3000, route: '/' },
          health: {
            ...{ path: mistake === 'health' ? '/healthy' : '/health', settle: 0.5, deadline: 5 },
          },
        },
      },
    },
    release: { repository, install: false, build: false, migrate },
    supervisor: {},
    nginx: {},
  };
}
