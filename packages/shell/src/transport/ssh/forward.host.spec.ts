import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saying } from '../../testing/saying.js';
import { sh } from '../../script/sh.js';
import type { Connection, Forwarding } from '../transport.js';
import { sshTransport } from './ssh-transport.js';

let test: TestHost;
let connection: Connection;
const transport = sshTransport({ configFile: '/dev/null' });
const told: string[] = [];
const forward = async (port: Parameters<NonNullable<typeof transport.forward>>[1]) => {
  const forwarding = await transport.forward?.(test.target, port, (line) => told.push(line));
  if (!forwarding) throw new Error('the transport forwards nothing');
  return forwarding;
};

beforeAll(async () => {
  test = await startTestHost('forward');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** What a port says, until it closes. */
async function readAll(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}

it('leads from a port here to one that the host reaches', async () => {
  const tunnel = await forward({ on: 'client', port: 0, to: { host: '127.0.0.1', port: 22 } });
  const socket = connect(tunnel.port, '127.0.0.1');
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  expect(greeting.toString()).toMatch(/^SSH-2.0-OpenSSH/);
  socket.destroy();
  await expect(
    forward({ on: 'client', port: tunnel.port, to: { host: '127.0.0.1', port: 22 } }),
  ).rejects.toThrow(saying(/another program has it\n {2}→ choose another port/));
  await tunnel.close();
  expect(await tunnel.ended).toBeUndefined();
  await expect(readAll(tunnel.port)).rejects.toThrow('ECONNREFUSED');
});

it('says which port the host does not reach, and goes on', async () => {
  const tunnel = await forward({ on: 'client', port: 0, to: { host: '127.0.0.1', port: 1 } });
  expect(await readAll(tunnel.port)).toBe('');
  expect(told.at(-1)).toMatch(/^Cannot reach 127\.0\.0\.1:1 from /);
  await tunnel.close();
});

it('leads from a port of the host to one here, and ends with the connection', async () => {
  const echo: Server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as AddressInfo;
  const open = (): Promise<Forwarding> =>
    forward({ on: 'host', port: 15_432, to: { host: '127.0.0.1', port } });
  const tunnel = await open();
  const { stdout } = await connection.run(sh`
    perl -MIO::Socket::INET -e '
      $s = IO::Socket::INET->new("127.0.0.1:15432") or die;
      $s->print("x" x 300000, "\n"); $s->flush; $s->shutdown(1);
      print length(join("", <$s>));'`);
  expect(stdout.toString()).toBe('300001');
  await expect(open()).rejects.toThrow(
    /Cannot listen on 127\.0\.0\.1:15432 of .*sshd there refuses it/,
  );
  // The host cuts the connection of the tunnel: the newest process of sshd that listens there.
  await connection.run(sh`kill "$(ss -ltnpH 'sport = :15432' | sed 's/.*pid=\([0-9]*\).*/\1/')"`);
  expect(await tunnel.ended).toMatch(/connection/);
  await (await open()).close();
  echo.close();
});
