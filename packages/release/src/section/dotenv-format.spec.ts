import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotenvFormat } from './dotenv-format.js';

describe('dotenvFormat()', () => {
  it('writes what Node.js reads as the same, whatever stands beside it', () => {
    const held = fc.stringMatching(/^[ -~\n\t#'"`$\\é]*$/).filter((value) => {
      try {
        return dotenvFormat(value) !== '';
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(held, held, (one, other) => {
        const text = `ONE=${dotenvFormat(one)}\nOTHER=${dotenvFormat(other)}\n`;
        expect(parseEnv(text)).toEqual({ ONE: one, OTHER: other });
      }),
    );
  });

  it.each(['', "it's", 'a b # c', '$(id) `id` \\n', 'line\nline', '"quoted"'])(
    'writes %j for sh as well',
    (value) => {
      const script = `A=${dotenvFormat(value)}\nprintf %s "$A"`;
      expect(execFileSync('dash', ['-euc', script], { encoding: 'utf8' })).toBe(value);
    },
  );

  it.each(['a\r\nb', `'"\``, 'ends with \\'])('refuses %j', (value) => {
    expect(() => dotenvFormat(value)).toThrow(RangeError);
  });
});
