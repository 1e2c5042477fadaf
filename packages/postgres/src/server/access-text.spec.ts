import { expect, it } from 'vitest';
import { accessIn, accessLines, accessMarks } from './access-text.js';

const [begin, end] = accessMarks('shop');
const [otherBegin, otherEnd] = accessMarks('blog');

it.each<readonly [string, readonly string[], ReturnType<typeof accessIn>]>([
  ['has none', ['host all all samehost trust'], { lines: [], isFirst: true }],
  ['is empty', [''], { lines: [], isFirst: true }],
  [
    'begins with ours',
    [begin, 'host a', 'host b', end, 'host theirs'],
    { lines: ['host a', 'host b'], isFirst: true },
  ],
  [
    "has others' lines before",
    ['host theirs', begin, 'host a', end],
    { lines: ['host a'], isFirst: false },
  ],
  [
    'has comments and blank lines before',
    ['# Theirs', '', '   ', begin, 'host a', end],
    { lines: ['host a'], isFirst: true },
  ],
  [
    'has those of another application before',
    [otherBegin, 'host b', otherEnd, begin, 'host a', end],
    { lines: ['host a'], isFirst: true },
  ],
  [
    'has a line between the applications',
    [otherBegin, 'host b', otherEnd, 'host theirs', begin, 'host a', end],
    { lines: ['host a'], isFirst: false },
  ],
  ['lacks the end', [begin, 'host a'], { lines: [], isFirst: true }],
])('accessIn() of a file that %s', (_, file, found) => {
  expect(accessIn(file.join('\n'), 'shop')).toEqual(found);
});

it('accessLines() name one role, by TLS where the server has a certificate', () => {
  const access = {
    user: 'a "b"',
    database: 'all',
    clients: ['10.0.0.0/24', '10.0.1.7', 'fd00::5'],
  };
  expect(accessLines({ ...access, tls: true }).join('\n')).toMatchInlineSnapshot(`
    "local all "a ""b""" scram-sha-256
    host all "a ""b""" samehost scram-sha-256
    hostssl "all" "a ""b""" 10.0.0.0/24 scram-sha-256
    hostssl "all" "a ""b""" 10.0.1.7/32 scram-sha-256
    hostssl "all" "a ""b""" fd00::5/128 scram-sha-256"
  `);
  expect(accessLines({ ...access, tls: false })[2]).toMatch(/^host "all"/);
});
