import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceivedFile } from './received-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'received-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const sha256 = createHash('sha256').update('one two').digest('hex');

describe('ReceivedFile', () => {
  it('has its name when it is whole, and no other user reads it', () => {
    const path = join(folder, 'x.dump');
    const received = new ReceivedFile(path);
    received.add(Buffer.from('one '));
    received.add(Buffer.from('two'));
    expect(existsSync(path)).toBe(false);
    received.complete({ bytes: 7, sha256 });
    received.drop();
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['one two', 0o600]);
  });

  it('is removed when it is not what was sent', () => {
    const received = new ReceivedFile(join(folder, 'x.dump'));
    received.add(Buffer.from('one tw'));
    expect(() => {
      received.complete({ bytes: 7, sha256 });
    }).toThrow('6 bytes of 7 came');
    received.drop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says where it cannot be written', () => {
    expect(() => new ReceivedFile(join(folder, 'none/x'))).toThrow(/Cannot write .*none\/x\.part/);
  });
});
