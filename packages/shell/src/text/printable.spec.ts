import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.js';

describe('printable()', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;title\u0007text', 'text'],
    ['8-bit sequences', '\u009b2Jtext', 'text'],
    ['a clipboard write', '\u001b]52;c;ZXZpbA==\u001b\\text', 'text'],
    ['carriage returns', 'progress 1\rprogress 2', 'progress 1progress 2'],
    ['direction overrides', 'a\u202eb', 'ab'],
  ])('takes out %s', (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- what must not be left
        expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
