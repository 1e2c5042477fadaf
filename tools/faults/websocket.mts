import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { type Duplex } from 'node:stream';
import { z } from 'zod';

const CLOSE = 8;

/** What the demo's API sends. */
const textSchema = z.object({ pid: z.number() });

export interface SocketEnd {
  /** When each came, and the process that sent it. */
  readonly texts: readonly { readonly at: number; readonly pid: number }[];
  /** 1000 when this side ended it, 1001 when the server went away, 1006 when it was cut. */
  readonly status: number;
}

export interface OpenSocket {
  readonly ended: Promise<SocketEnd>;
  readonly end: () => void;
}

/** Connects to a WebSocket that sends short texts (RFC 6455), and listens until it ends. */
export function openWebSocket(address: string, path: string): OpenSocket {
  const texts: { at: number; pid: number }[] = [];
  let socket: Duplex | undefined;
  const ended = new Promise<SocketEnd>((resolve, reject) => {
    const call = request({
      host: address,
      path,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    });
    call.on('error', reject);
    call.on('response', ({ statusCode }) => {
      reject(new Error(`The WebSocket was refused with ${String(statusCode)}`));
    });
    call.on('upgrade', (_, upgraded, head) => {
      socket = upgraded;
      let buffer: Buffer = head;
      let status = 1006;
      const read = (): void => {
        for (let next = readFrame(buffer); next; next = readFrame(buffer)) {
          const { code, payload, rest } = next;
          if (code === CLOSE) {
            status = payload.readUInt16BE(0);
            upgraded.end(frame(CLOSE, payload.subarray(0, 2)));
          } else {
            const { pid } = textSchema.parse(JSON.parse(payload.toString()));
            texts.push({ pid, at: Date.now() });
          }
          buffer = rest;
        }
      };
      read();
      upgraded.on('data', (chunk: Buffer) => {
        buffer = Buffer.concat([buffer, chunk]);
        read();
      });
      upgraded.on('error', () => undefined);
      upgraded.on('close', () => {
        resolve({ texts, status });
      });
    });
    call.end();
  });
  return {
    ended,
    end: () => {
      socket?.write(frame(CLOSE, Buffer.from([1000 >> 8, 1000 & 0xff])));
    },
  };
}

interface Frame {
  readonly code: number;
  readonly payload: Buffer;
  /** What came behind it. */
  readonly rest: Buffer;
}

/** The first frame of a server, which masks none; undefined until all of it is there. */
function readFrame(buffer: Buffer): Frame | undefined {
  if (buffer.length < 2) return undefined;
  const short = buffer.readUInt8(1) & 0x7f;
  const begin = short === 126 ? 4 : 2;
  if (buffer.length < begin) return undefined;
  const end = begin + (short === 126 ? buffer.readUInt16BE(2) : short);
  if (buffer.length < end) return undefined;
  return {
    code: buffer.readUInt8(0) & 0x0f,
    payload: buffer.subarray(begin, end),
    rest: buffer.subarray(end),
  };
}

/** What a client sends is masked. */
function frame(code: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  return Buffer.concat([
    Buffer.from([0x80 | code, 0x80 | payload.length]),
    mask,
    payload.map((byte, at) => byte ^ mask.readUInt8(at % 4)),
  ]);
}
