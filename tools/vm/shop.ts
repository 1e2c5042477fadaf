/** An application that reads the developer's PostgreSQL, and its environment on a VM. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startClientPostgres } from './client-postgres.js';
import { execute } from './execute.js';
import type { UndoList } from './undo-list.js';

/** What its page says. */
export const PAGE = 'read through the tunnel';

const APPLICATION = `import os, psycopg2
from http.server import BaseHTTPRequestHandler, HTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        text = 'ok'
        if self.path != '/health':
            database = psycopg2.connect(os.environ['DATABASE_URL'], connect_timeout=5)
            with database.cursor() as cursor:
                cursor.execute('SELECT string_agg(word, chr(32) ORDER BY id) FROM words')
                text = cursor.fetchone()[0]
            database.close()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())


HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Page).serve_forever()
`;

const ENVIRONMENT = `hosts: { web: }
vagrant: {}
server: { packages: [python3-psycopg2] }
application:
  name: shop
  env:
    DATABASE_URL: postgresql://\${postgres.user}:\${postgres.password}@\${postgres.host}:\${postgres.port}/\${postgres.database}
  processes:
    web: { command: /usr/bin/python3 app.py, port: 3000, route: /, health: /health }
release: { repository: ../../shop, revision: main }
supervisor: {}
nginx: {}
postgres: { mode: tunnel, user: docker, password: docker, database: shop }
`;

/**
 * Writes the environment `vagrant` and the repository of its application, and starts the database.
 *
 * @returns the port of the database on this machine.
 */
export async function openShop(workspace: CommandWorkspace, undo: UndoList): Promise<number> {
  const { port, sql } = await startClientPostgres(undo);
  sql("CREATE ROLE docker LOGIN PASSWORD 'docker'");
  sql('CREATE DATABASE shop OWNER docker');
  sql('CREATE TABLE words (id int, word text); GRANT SELECT ON words TO docker', 'shop');
  sql("INSERT INTO words VALUES (1, 'read'), (2, 'through'), (3, 'the tunnel')", 'shop');
  makeRepository(join(workspace.folder, 'shop'));
  workspace.write('environments/vagrant/environment.yaml', ENVIRONMENT);
  return port;
}

function makeRepository(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'app.py'), APPLICATION);
  const git = (...words: readonly string[]): string => execute('git', ['-C', folder, ...words]);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  git(...author, 'commit', '-qm', 'Application');
}
