import { describe, expect, it } from 'vitest';
import { FileCursors } from './file-cursors.js';

const place = { source: 0, path: 0 };
const data = (id: string, at: number, text: string) =>
  ({ ...place, kind: 'data', id, at, bytes: Buffer.from(text) }) as const;
const opened = (kind: 'known' | 'opened', id: string, at: number, before = '') =>
  ({ ...place, kind, id, at, before: Buffer.from(before) }) as const;

const shown = (cursors: FileCursors) =>
  cursors.all.map(({ id, at, before }) => [id, at, before.toString()]);

describe('FileCursors', () => {
  it('keeps the offset behind the last byte, and the 32 bytes before it', () => {
    const cursors = new FileCursors();
    cursors.take(opened('opened', '1:1', 4, 'abcd'));
    cursors.take(data('1:1', 4, 'ef'));
    expect(shown(cursors)).toEqual([['1:1', 6, 'abcdef']]);
    cursors.take(data('1:1', 6, 'x'.repeat(40)));
    expect(shown(cursors)).toEqual([['1:1', 46, 'x'.repeat(32)]]);
    // What is left out is not known.
    cursors.take(data('1:1', 99, 'yz'));
    expect(shown(cursors)).toEqual([['1:1', 101, 'yz']]);
    cursors.take(opened('opened', '1:1', 0));
    expect(shown(cursors)).toEqual([['1:1', 0, '']]);
  });

  it('has the file that was read last at the end, and one that was not read before it', () => {
    const cursors = new FileCursors();
    cursors.take(opened('opened', '1:1', 1, 'a'));
    cursors.take(opened('opened', '1:2', 0));
    cursors.take(data('1:1', 1, 'b'));
    cursors.take(opened('known', '1:3', 9, 'c'));
    expect(shown(cursors).map(([id]) => id)).toEqual(['1:3', '1:2', '1:1']);
  });

  it('keeps a bounded number of files', () => {
    const cursors = new FileCursors();
    for (let at = 0; at < 200; at += 1) cursors.take(opened('opened', `1:${String(at)}`, 0));
    expect(cursors.all).toHaveLength(64);
    expect(cursors.all.at(-1)?.id).toBe('1:199');
  });
});
