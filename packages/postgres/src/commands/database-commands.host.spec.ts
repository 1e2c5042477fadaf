import { connect } from 'node:net';
import { once } from 'node:events';
import { exampleHost, exampleRun, runScript } from '@fairness-deploy/core/testing';
import type { ReportEvent } from '@fairness-deploy/core/commands';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, sshTransport, type Connection, type Terminal } from '@fairness-deploy/shell';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plugin } from '../postgres-plugin.js';
import { backupNow } from '../backup/make-backup.js';
import { contextFor, provision } from '../testing/provisioned.js';
import { consoleScript } from './db-console.js';
import { databaseTunnel, type TunnelOptions } from './db-tunnel.js';
import { SERVER_VERSION } from '../testing/server-version.js';

let test: TestHost;
let connection: Connection;
const transport = sshTransport({ configFile: '/dev/null' });
const local = contextFor({ server: { memory: 'none' } }, { password: "it's $ecret" });

beforeAll(async () => {
  test = await startTestHost('postgres-commands');
  connection = await test.connect();
  await provision(connection, local);
  await runScript(connection, sh`useradd -M shop`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

it('db-console is psql on a terminal, as the application, without its password on a command line', async () => {
  let shown = '';
  let press: (keys: string) => void = () => undefined;
  const terminal: Terminal = {
    type: 'xterm',
    size: () => ({ rows: 24, columns: 200 }),
    write: (bytes) => (shown += bytes.toString()),
    take(keys) {
      press = (text) => {
        keys(Buffer.from(text));
      };
      return () => undefined;
    },
  };
  const script = consoleScript('shop', 'shop', 'test');
  const ended = transport.terminal?.(test.target, script, terminal);
  await expect.poll(() => shown).toContain('test shop=>');
  press("SELECT 'I am ' || current_user;\n");
  await expect.poll(() => shown).toContain('I am shop');
  // Ctrl-C ends the statement, not psql.
  press('SELECT pg_sleep(600);\n');
  await expect
    .poll(async () => (await runScript(connection, sh`pgrep -af psql; ps -o user= -C psql`)).text)
    .toMatch(/psql -X[^]*shop/);
  const { text } = await runScript(connection, sh`cat /proc/[0-9]*/cmdline | tr '\0' ' '`);
  expect(text).not.toContain('ecret');
  press('\x03');
  await expect.poll(() => shown).toContain('canceling statement due to user request');
  press('\\q\n');
  expect(await ended).toBe(0);
});

/** The answer of a server of PostgreSQL to a request for TLS (the manual, 55.2.10). */
async function answersTls(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } catch (error) {
    return String(error);
  } finally {
    socket.destroy();
  }
}

/** A tunnel of an environment with a section, and what it reports. */
function open({ environment, section, secret }: typeof local, options: TunnelOptions) {
  const notices: string[] = [];
  const run = exampleRun({
    environment: {
      ...environment,
      hosts: [{ ...exampleHost, name: 'web' }],
      sections: { postgres: section },
    },
    ...{ options, secret, plugins: [] },
    // The pinned keys are those of the test.
    transport: {
      connect: (_, signal, tell) => transport.connect(test.target, signal, tell),
      forward: (_, port, tell, signal) =>
        transport.forward?.(test.target, port, tell, signal) ?? Promise.reject(new Error()),
    },
    reporter: {
      report: (event: ReportEvent) => {
        if (event.type === 'notice' || event.type === 'failure') {
          notices.push(event.type === 'notice' ? event.text : event.message);
        }
      },
    },
  });
  return { run, notices, ended: databaseTunnel(run) };
}

it('db-tunnel leads to the database, and comes back after a loss', async () => {
  const { run, notices, ended } = open(local, { port: 25_432 });
  await expect
    .poll(() => notices.join('\n'))
    .toContain(
      '127.0.0.1:25432 of this machine leads to the database, until Ctrl-C: psql "host=127.0.0.1 port=25432 user=shop dbname=shop sslmode=disable"',
    );
  expect(await answersTls(25_432)).toMatch(/^[SN]$/);
  // Each connection but that of this test.
  await runScript(
    connection,
    sh`
      fd_own= fd_pid=$$
      while [ "$fd_pid" -gt 1 ]; do
        fd_own="$fd_own $fd_pid"
        fd_pid=$(ps -o ppid= -p "$fd_pid" | tr -d ' ')
      done
      for fd_pid in $(pgrep -f '^sshd(-session)?: root'); do
        case " $fd_own " in *" $fd_pid "*) ;; *) kill "$fd_pid" ;; esac
      done`,
  );
  await expect
    .poll(() => notices.join('\n'))
    .toMatch(/The tunnel was lost: [^]*The tunnel is up again/);
  expect(await answersTls(25_432)).toMatch(/^[SN]$/);
  await run.jobs.detach();
  expect(await ended).toBe(0);
  expect(await answersTls(25_432)).toContain('ECONNREFUSED');
});

it('db-tunnel with the mode tunnel leads from the host to this machine, and status says when it is closed', async () => {
  // This machine's server, in place of one of a developer: that of the host, by the tunnel of above.
  const own = open(local, { port: 25_433 });
  await expect.poll(() => own.notices.length).toBeGreaterThan(0);
  const tunnelled = contextFor({
    ...{ mode: 'tunnel', port: '6543', user: 'shop', database: 'shop' },
    ...{ password: "it's $ecret", tunnel: { host: '127.0.0.1', port: 25_433 } },
  });
  await provision(connection, tunnelled);
  const check = plugin.checks?.(tunnelled).find(({ name }) => name === 'database');
  const judged = async () => check?.judge((await runScript(connection, check.read)).text) ?? [];
  expect(await judged()).toMatchObject([
    {
      level: 'fail',
      text: 'port 6543 is closed: Connection refused',
      hint: expect.stringContaining('npx nx run test:db-tunnel') as string,
    },
  ]);
  const { run, notices, ended } = open(tunnelled, {});
  await expect
    .poll(() => notices.join('\n'))
    .toContain(
      '127.0.0.1:6543 of web leads to PostgreSQL of this machine (127.0.0.1:25433), until Ctrl-C',
    );
  // It logs in; this server lets the role create no databases.
  expect(await judged()).toMatchObject([
    { level: 'warn', text: expect.stringContaining('shop may migrate') as string },
  ]);
  await run.jobs.detach();
  await own.run.jobs.detach();
  expect([await ended, await own.ended]).toEqual([0, 0]);
  await provision(connection, local);
});

it('a backup by a client that is older than the server is refused, with the line to write', async () => {
  await runScript(
    connection,
    sh`
      printf '%s\n' '#!/bin/sh' 'echo "pg_dump (PostgreSQL) 9.6.24 (Debian 9.6.24-0+deb9u1)"' >/usr/local/bin/pg_dump
      chmod +x /usr/local/bin/pg_dump`,
  );
  const version = String(SERVER_VERSION);
  expect(await runScript(connection, backupNow(local, 'test'))).toMatchObject({
    status: 1,
    stderr: `Cannot back up the database of shop: the server is PostgreSQL ${version}, and pg_dump on the host is of 9
  → write: postgres: { version: ${version} }, and provision
`,
  });
});
