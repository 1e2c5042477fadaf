/** The developer's own PostgreSQL: a server on the loopback address of this machine. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import type { UndoList } from './undo-list.js';

const VERSIONS = '/usr/lib/postgresql';

export interface ClientPostgres {
  readonly port: number;
  /** Runs SQL as its superuser. */
  readonly sql: (text: string, database?: string) => string;
}

/**
 * @param undo what stops and removes it
 * @throws Error when PostgreSQL isn't installed or doesn't start.
 */
export async function startClientPostgres(undo: UndoList): Promise<ClientPostgres> {
  const [version] = readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one));
  const programs = join(VERSIONS, version ?? '', 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'client-postgres-'));
  undo.add(['rm', '-rf', folder]);
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const port = await freePort();
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postgres'], { env: childEnvironment() }));
  chownSync(folder, id('-u'), id('-g'));
  // Its programs refuse root.
  const asPostgres = (program: string, ...words: readonly string[]) =>
    [
      ...(['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] as const),
      ...[join(programs, program), ...words],
    ] as const;
  const run = (program: string, ...words: readonly string[]): string => {
    const [setpriv, ...all] = asPostgres(program, ...words);
    return execFileSync(setpriv, all, {
      cwd: folder,
      encoding: 'utf8',
      env: childEnvironment(),
      // A server would keep a pipe of ours open.
      stdio: ['ignore', program === 'psql' ? 'pipe' : 'ignore', 'ignore'],
    });
  };
  run('initdb', '-D', data, '-A', 'scram-sha-256', '--auth-local=peer', '-E', 'UTF8');
  const options = `-p ${String(port)} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
  undo.add(asPostgres('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop'));
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    port,
    sql: (text, database = 'postgres') => {
      const server = ['-h', folder, '-p', String(port), '-d', database];
      return run('psql', '-X', '-At', '-v', 'ON_ERROR_STOP=1', ...server, '-c', text);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
