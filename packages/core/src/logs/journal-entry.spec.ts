import { describe, expect, it } from 'vitest';
import { parseJournalEntry } from './journal-entry.js';

const entry = (fields: object) =>
  parseJournalEntry(
    JSON.stringify({ __CURSOR: 's=1;i=2', __REALTIME_TIMESTAMP: '1796119201250000', ...fields }),
    0,
  );

describe('parseJournalEntry()', () => {
  it('has the level of the priority, unless the message knows better', () => {
    expect(entry({ MESSAGE: 'one', PRIORITY: '3' })).toEqual({
      ...{ line: 'one', cursor: 's=1;i=2' },
      parsed: { time: 1796119201250, level: 'error', message: 'one' },
    });
    expect(entry({ MESSAGE: 'WARN: two', PRIORITY: '6' })?.parsed.level).toBe('warn');
    expect(entry({ MESSAGE: 'three' })?.parsed).toEqual({ time: 1796119201250, message: 'three' });
  });

  it('takes bytes, several messages, and none', () => {
    expect(entry({ MESSAGE: [97, 27, 255] })?.line).toBe('a\u001b\ufffd');
    expect(entry({ MESSAGE: ['one', [98]] })?.line).toBe('one b');
    expect(entry({ MESSAGE: null })?.line).toBe('');
  });

  it.each(['', 'null', '{', '{"MESSAGE":"x"}', '{"__CURSOR":"a b"}', '{"__CURSOR":"a\\nunit x"}'])(
    'refuses %j: a cursor goes back to the host',
    (text) => {
      expect(parseJournalEntry(text, 0)).toBeUndefined();
    },
  );
});
