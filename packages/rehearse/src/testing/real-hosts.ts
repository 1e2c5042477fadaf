import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reserveAddress, returnAddress } from '@fairness-deploy/sandbox/testing';

const run = promisify(execFile);

/** An address that stands for a real host, and hears who calls. Hosts of the sandbox have a way to it. */
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

/** An address, until it is given back. */
interface Place {
  readonly address: string;
  readonly giveBack: () => Promise<void>;
}

/** On the network of the sandbox's hosts, which containers don't reach. @throws HintedError when none is free. */
async function onSandboxNetwork(): Promise<Place> {
  const reserved = await reserveAddress();
  return { address: reserved.address, giveBack: () => returnAddress(reserved) };
}

/** An address of this machine that the hosts of all drivers reach (RFC 2544: no network has it). */
export function onThisMachine(number: 18 | 19): () => Promise<Place> {
  const { pid } = process;
  const address = `198.${String(number)}.${String((pid >> 8) & 255)}.${String(pid & 255)}`;
  const change = async (action: string): Promise<void> => {
    await run('ip', ['address', action, `${address}/32`, 'dev', 'lo']);
  };
  return async () => {
    await change('replace');
    return { address, giveBack: () => change('delete') };
  };
}

export async function startRealHost(place = onSandboxNetwork): Promise<RealHost> {
  const { address, giveBack } = await place();
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
      await giveBack();
      rmSync(folder, { recursive: true });
    },
  };
}
