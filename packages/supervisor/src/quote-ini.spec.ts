import { describe, expect, it } from 'vitest';
import { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';

describe("quoting for Supervisor's files", () => {
  it('doubles %, twice where Supervisor expands twice', () => {
    expect(quoteValue('/a b/100%')).toBe('/a b/100%%');
    expect(quoteLogFile('/a%b.log')).toBe('/a%%%%b.log');
  });

  it('quotes the words of a command, and lets no comment begin in one', () => {
    expect(quoteCommand(['/bin/x', 'a b', "it's", 'a ;b', '#c', '50%', ''])).toBe(
      String.raw`/bin/x 'a b' 'it'\''s' 'a '\;'b' '#c' 50%% ''`,
    );
  });

  it.each([
    ['', 'it is empty'],
    ['a\nb', 'it has a line break or another control character'],
    [' a', 'it begins or ends with a blank'],
    ['a ;b', "it has a blank followed by ';' or '#', where a comment would begin"],
    ['%(here)s', "it has '%(here)s'"],
  ])('refuses the value %j', (value, reason) => {
    expect(() => quoteValue(value)).toThrow(reason);
  });
});
