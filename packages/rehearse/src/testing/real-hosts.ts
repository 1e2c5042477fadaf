import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An address of this machine that stands for a real host, and hears who calls. */
export interface RealHost {
  readonly address: string;
  readonly port: number;
  /** How many connections there were. */
  readonly calls: () => number;
  /** Variables for a client, whose look-ups and connections are heard then. */
  readonly variables: Readonly<Record<string, string>>;
  /** The names that clients have looked up, and the addresses that they have connected to. */
  readonly asked: () => readonly string[];
  stop(): Promise<void>;
}

/** Loaded by Node.js before a client: writes down whom it asks. */
const LISTENER = `
const { appendFileSync } = require('node:fs');
const { Socket } = require('node:net');
const dns = require('node:dns');
const file = process.env.ASKED_FILE;
const note = (name) => appendFileSync(file, name + '\\n');
for (const of of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const own = of[name];
    of[name] = function (host, ...more) { note(String(host)); return own.call(this, host, ...more); };
  }
}
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...words) {
  const [first] = Array.isArray(words[0]) ? words[0] : words;
  if (first && typeof first === 'object') note(String(first.host ?? first.path ?? ''));
  return connect.apply(this, words);
};
`;

/** @param address of the loopback network, which no host of the sandbox has */
export async function startRealHost(address: string): Promise<RealHost> {
  const folder = mkdtempSync(join(tmpdir(), 'real-host-'));
  const script = join(folder, 'listener.cjs');
  const asked = join(folder, 'asked');
  writeFileSync(script, LISTENER);
  writeFileSync(asked, '');
  let calls = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    calls += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('It listens on TCP');
  return {
    ...{ address, port: bound.port, calls: () => calls },
    variables: { NODE_OPTIONS: `--require=${script}`, ASKED_FILE: asked },
    asked: () => readFileSync(asked, 'utf8').split('\n'),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}
