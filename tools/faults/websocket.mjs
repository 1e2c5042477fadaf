import { randomBytes } from 'node:crypto';
import { request } from 'node:http';

const CLOSE = 8;

/**
 * Connects to a WebSocket that sends short texts (RFC 6455), and listens until it ends.
 *
 * @returns how to end it, and how it ends: when each text came, and the status of the end:
 *   1000 when this side ended it, 1001 when the server went away, 1006 when it was cut.
 */
export function openWebSocket(address, path) {
  const texts = [];
  let socket;
  const ended = new Promise((resolve, reject) => {
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
      reject(new Error(`The WebSocket was refused with ${statusCode}`));
    });
    call.on('upgrade', (_, upgraded, head) => {
      socket = upgraded;
      let buffer = head;
      let status = 1006;
      const read = () => {
        while (buffer.length >= 2) {
          const short = buffer[1] & 0x7f;
          const begin = short === 126 ? 4 : 2;
          if (buffer.length < begin) return;
          const end = begin + (short === 126 ? buffer.readUInt16BE(2) : short);
          if (buffer.length < end) return;
          const payload = buffer.subarray(begin, end);
          if ((buffer[0] & 0x0f) === CLOSE) {
            status = payload.readUInt16BE(0);
            socket.end(frame(CLOSE, payload.subarray(0, 2)));
          } else {
            texts.push({ ...JSON.parse(payload.toString()), at: Date.now() });
          }
          buffer = buffer.subarray(end);
        }
      };
      read();
      socket.on('data', (chunk) => {
        buffer = Buffer.concat([buffer, chunk]);
        read();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve({ texts, status });
      });
    });
    call.end();
  });
  return {
    ended,
    end: () => socket.write(frame(CLOSE, Buffer.from([1000 >> 8, 1000 & 0xff]))),
  };
}

/** What a client sends is masked. */
function frame(code, payload) {
  const mask = randomBytes(4);
  return Buffer.concat([
    Buffer.from([0x80 | code, 0x80 | payload.length]),
    mask,
    payload.map((byte, at) => byte ^ mask[at % 4]),
  ]);
}
