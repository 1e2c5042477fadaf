import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, sshTransport, type Connection } from '@fairness-deploy/shell';
import { saying } from '@fairness-deploy/shell/testing';
import { HintedError } from '@fairness-deploy/shell/text';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostGoneError } from '../plugin/host-gone-error.js';
import { exampleHost } from '../testing/example.js';
import { keepPortsUp, type KeptPort } from './keep-ports-up.js';
import { RunningJobs } from './running-jobs.js';

let test: TestHost;
let connection: Connection;
const transport = sshTransport({ configFile: '/dev/null' });

beforeAll(async () => {
  test = await startTestHost('keep-ports-up');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', (error) => (text = String(error)));
  await once(socket, 'close').catch(() => undefined);
  return text;
}

/** Ends each connection but that of this test. */
async function loseAll(): Promise<void> {
  await connection.run(sh`
    own= pid=$$
    while [ "$pid" -gt 1 ]; do own="$own $pid"; pid=$(ps -o ppid= -p "$pid" | tr -d ' '); done
    for pid in $(pgrep -f '^sshd(-session)?: root'); do
      case " $own " in *" $pid "*) ;; *) kill "$pid" ;; esac
    done`);
}

function keep(ports: readonly KeptPort[], reach = (): Promise<void> => Promise.resolve()) {
  const said: string[] = [];
  const jobs = new RunningJobs();
  const reporter = {
    report: (event: { readonly type: string; readonly text?: string }) =>
      void said.push(event.text ?? event.type),
  };
  const run = { reporter, jobs };
  const forward: NonNullable<Parameters<typeof keepPortsUp>[1]['forward']> = async (...all) => {
    await reach();
    return transport.forward?.(test.target, ...all) ?? Promise.reject(new Error());
  };
  return { said, jobs, ended: keepPortsUp(run, { host: exampleHost, forward }, ports) };
}

const toHost = (port: number, otherwise?: string): KeptPort => ({
  port: { on: 'client', port, to: { host: '127.0.0.1', port: 22 } },
  name: 'The way to sshd',
  described: (own) => `sshd is on ${String(own)}`,
  ...(otherwise !== undefined && { otherwise }),
});

const toClient = (port: number, here: number): KeptPort => ({
  port: { on: 'host', port, to: { host: '127.0.0.1', port: here } },
  name: 'The way back',
  described: () => 'up',
});

it('keepPortsUp() keeps ports of both ends up, also after a loss, until the signal', async () => {
  const { server, port } = await listen();
  const { said, jobs, ended } = keep([toHost(25_022), toClient(25_023, port)]);
  await expect.poll(() => said).toEqual(['sshd is on 25022', 'up']);
  const back = sh`perl -MIO::Socket::INET -e '
    $s = IO::Socket::INET->new("127.0.0.1:25023") or die; print <$s>;'`;
  const fromHost = async () => (await connection.run(back)).stdout.toString();
  expect(await fromHost()).toBe('here');
  await loseAll();
  const again = ['The way to sshd is up again', 'The way back is up again'];
  await expect.poll(() => said).toEqual(expect.arrayContaining(again));
  expect(said.filter((text) => text.includes(' was lost: '))).toHaveLength(2);
  expect(await fromHost()).toBe('here');
  const socket = connect(25_022, '127.0.0.1');
  expect(String((await once(socket, 'data'))[0])).toMatch(/^SSH-2.0/);
  socket.destroy();
  await jobs.detach();
  await ended;
  expect(await answer(25_022)).toContain('ECONNREFUSED');
  await expect.poll(fromHost).toBe('');
  server.close();
});

it('keepPortsUp() ends when the host is gone for good, and tries again while it is only off', async () => {
  const answers = [new HintedError('it is off'), new HostGoneError('it is not there any more')];
  let connected = 0;
  const { said, ended } = keep([toHost(25_025), toHost(25_026)], () => {
    connected += 1;
    const answer = connected <= 2 ? undefined : (answers.shift() ?? new HintedError('it is off'));
    return answer ? Promise.reject(answer) : Promise.resolve();
  });
  const error = ended.catch((reason: unknown) => reason);
  await expect.poll(() => said).toHaveLength(2);
  await loseAll();
  expect(await error).toBeInstanceOf(HostGoneError);
  expect(said).toContain('it is off. Trying again in 2 s');
  expect(await answer(25_025)).toContain('ECONNREFUSED');
  expect(await answer(25_026)).toContain('ECONNREFUSED');
});

it('keepPortsUp() closes all when one is taken, and says what to do', async () => {
  const { server, port } = await listen();
  const { ended } = keep([toHost(25_024), toHost(port, 'take --site-port 1')]);
  await expect(ended).rejects.toThrow(
    saying(
      `Cannot listen on 127.0.0.1:${String(port)} of this machine: another program has it\n  → take --site-port 1`,
    ),
  );
  expect(await answer(25_024)).toContain('ECONNREFUSED');
  server.close();
  await expect(keep([toClient(22, port)]).ended).rejects.toThrow(
    saying(/^Cannot listen on 127\.0\.0\.1:22 of .*: sshd there refuses it\n {2}→ another program/),
  );
});
