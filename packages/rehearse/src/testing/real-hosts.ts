import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reserveAddress, returnAddress } from '@fairness-deploy/sandbox/testing';

/** An address that stands for a real host, and hears who calls. The hosts of the sandbox have a way to it. */
export interface RealHost {
  readonly address: string;
  readonly port: number;
  /** How many connections there were since {@link forget}. */
  readonly calls: () => number;
  /** Variables for a client, whose look-ups and connections are heard then. */
  readonly variables: Readonly<Record<string, string>>;
  /** The names that clients have looked up, and the addresses that they have connected to. */
  readonly asked: () => readonly string[];
  /** Forgets who has called and asked. */
  forget(): void;
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

/** @throws HintedError when the sandbox has no free address. */
export async function startRealHost(): Promise<RealHost> {
  const reserved = await reserveAddress();
  const { address } = reserved;
  const folder = mkdtempSync(join(tmpdir(), 'real-host-'));
  const script = join(folder, 'listener.cjs');
  const asked = join(folder, 'asked');
  writeFileSync(script, LISTENER);
  writeFileSync(asked, '');
  let calls = 0;
  const server: Server = createServer((socket) => {
    calls += 1;
    socket.on('error', () => undefined);
    socket.destroy();
  });
  server.listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('It listens on TCP');
  return {
    ...{ address, port: bound.port, calls: () => calls },
    variables: { NODE_OPTIONS: `--require=${script}`, ASKED_FILE: asked },
    asked: () => readFileSync(asked, 'utf8').split('\n'),
    forget: () => {
      calls = 0;
      writeFileSync(asked, '');
    },
    stop: async () => {
      server.close();
      await once(server, 'close');
      await returnAddress(reserved);
      rmSync(folder, { recursive: true });
    },
  };
}
