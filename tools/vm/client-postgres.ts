/** The developer's own PostgreSQL: a server on the loopback address of this machine. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';

const VERSIONS = '/usr/lib/postgresql';

export interface ClientPostgres {
  readonly port: number;
  /** Runs SQL as its superuser. */
  readonly sql: (text: string, database?: string) => string;
  readonly stop: () => void;
}

/** @throws Error when PostgreSQL isn't installed or doesn't start. */
export async function startClientPostgres(): Promise<ClientPostgres> {
  const [version] = readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one));
  const programs = join(VERSIONS, version ?? '', 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'client-postgres-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const port = await freePort();
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postgres'], { env: childEnvironment() }));
  chownSync(folder, id('-u'), id('-g'));
  // Its programs refuse root.
  const run = (program: string, ...words: readonly string[]): string =>
    execFileSync(
      'setpriv',
      ['--reuid=postgres', '--regid=postgres', '--init-groups', join(programs, program), ...words],
      {
        cwd: folder,
        encoding: 'utf8',
        env: childEnvironment(),
        // A server would keep a pipe of ours open.
        stdio: ['ignore', program === 'psql' ? 'pipe' : 'ignore', 'ignore'],
      },
    );
  run('initdb', '-D', data, '-A', 'scram-sha-256', '--auth-local=peer', '-E', 'UTF8');
  const options = `-p ${String(port)} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    port,
    sql: (text, database = 'postgres') =>
      run(
        'psql',
        '-X',
        '-At',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        folder,
        '-p',
        String(port),
        '-d',
        database,
        '-c',
        text,
      ),
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true });
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
