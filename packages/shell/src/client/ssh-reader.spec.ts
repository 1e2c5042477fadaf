import { describe, expect, it } from 'vitest';
import { keyType, SshReader, sshString } from './ssh-reader.js';

describe('SshReader', () => {
  it('reads numbers and strings, in their order', () => {
    const reader = new SshReader(
      Buffer.concat([sshString('one'), Buffer.from([0, 0, 1, 2]), sshString(''), Buffer.from('x')]),
    );
    expect(reader.string().toString()).toBe('one');
    expect(reader.number()).toBe(258);
    expect(reader.string()).toHaveLength(0);
    expect(reader.rest.toString()).toBe('x');
  });

  it.each([
    ['number', [0, 0, 1]],
    ['string', [0, 0, 0, 3, 97, 98]],
  ] as const)('throws where a %s ends too early', (what, bytes) => {
    const reader = new SshReader(Buffer.from(bytes));
    expect(() => reader[what]()).toThrow(RangeError);
  });
});

describe('keyType()', () => {
  it.each([
    ['ssh-ed25519', sshString('ssh-ed25519')],
    ['sk-ssh-ed25519@openssh.com', sshString('sk-ssh-ed25519@openssh.com')],
    ['unknown', Buffer.alloc(0)],
    ['unknown', sshString('ssh-ed25519').subarray(0, 10)],
    ['unknown', sshString('ssh ed25519')],
    ['unknown', sshString('x'.repeat(65))],
  ])('is %s', (type, blob) => {
    expect(keyType(blob)).toBe(type);
  });
});
