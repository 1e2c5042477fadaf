import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.js';

const NONCE = '00112233445566778899aabbccddeeff';

/** What the reader makes of a stream that comes in chunks of the given size. */
function read(stream: Buffer, size: number): { data: Buffer; status: number | undefined } {
  const parts: Buffer[] = [];
  const reader = new FrameReader(NONCE, (bytes) => parts.push(bytes));
  let status: number | undefined;
  for (let at = 0; at < stream.length; at += size) {
    status = reader.push(stream.subarray(at, at + size)) ?? status;
  }
  return { data: Buffer.concat(parts), status };
}

const frame = (output: Uint8Array, status: number): Buffer =>
  Buffer.concat([
    Buffer.from(`${NONCE} begin\n`),
    output,
    Buffer.from(`${NONCE} end ${String(status)}\n`),
  ]);

describe('FrameReader', () => {
  const forged = fc.constantFrom(
    `${NONCE.slice(1)} end 0\n`,
    `${NONCE} begin\n`,
    `${NONCE.slice(0, 31)}0 end 0\n`,
    `${NONCE} en`,
    `${NONCE} ready\n`,
    '\n',
    '\0',
  );
  const output = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        forged.map((text) => Buffer.from(text)),
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => Buffer.concat(parts))
    // Chance may put together what nobody can forge who doesn't know the nonce.
    .filter((bytes) => !bytes.includes(`${NONCE} end`));

  it('gives any output back unchanged, however the stream is cut', () => {
    fc.assert(
      fc.property(
        output,
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 90 }),
        (bytes, status, size) => {
          expect(read(frame(bytes, status), size)).toEqual({ data: bytes, status });
        },
      ),
    );
  });

  it('drops what stands before and behind the frame', () => {
    const stream = Buffer.concat([
      Buffer.from('Welcome!\nffff begin\nffff end 3\n'),
      frame(Buffer.from('yes\n'), 7),
      Buffer.from(`late\n${NONCE} end 0\n`),
    ]);
    for (const size of [1, 7, 1000]) {
      expect(read(stream, size)).toEqual({ data: Buffer.from('yes\n'), status: 7 });
    }
  });

  it('has no status before the end line is whole', () => {
    expect(read(Buffer.from(`${NONCE} begin\nx${NONCE} end 12`), 5).status).toBeUndefined();
  });

  it('keeps nothing of an endless line in place of a status', () => {
    const stream = Buffer.from(`${NONCE} begin\n${NONCE} end ${'9'.repeat(100_000)}\n`);
    expect(read(stream, 1000).status).toBeUndefined();
  });
});
