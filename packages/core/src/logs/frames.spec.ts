import { describe, expect, it } from 'vitest';
import { FrameStream } from './frames.js';

const read = (...texts: readonly string[]) => {
  const stream = new FrameStream();
  return texts.flatMap((text) => stream.read(Buffer.from(text)));
};

describe('FrameStream', () => {
  it('reads frames that are cut anywhere, and no frame within data', () => {
    const bytes = 'd 9 9\nz\nx\n';
    const text = `h 1796119201 -0330\nd 1 0 64768:12 100 ${String(bytes.length)}\n${bytes}c 1\nt 7\nz\n`;
    const whole = read(text);
    expect(whole).toEqual([
      { kind: 'hello', seconds: 1796119201, zoneMinutes: -210 },
      { kind: 'data', source: 1, path: 0, id: '64768:12', at: 100, bytes: Buffer.from(bytes) },
      { kind: 'caught-up', source: 1 },
      { kind: 'tick', seconds: 7 },
      { kind: 'end' },
    ]);
    for (let at = 1; at < text.length; at += 1) {
      expect(read(text.slice(0, at), text.slice(at))).toEqual(whole);
    }
  });

  it.each([
    'hello\n',
    'd 0 0 1:1 0 99999999\n',
    'd 0 0 1;1 0 5\nxxxxx',
    'k 0 0 1:1 0 zz\n',
    'x'.repeat(600),
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow("Cannot read the host's logs: it prints");
  });
});
