import { expect, it } from 'vitest';
import { parseDirectives } from './nginx-directives.js';

it('parseDirectives() reads words, blocks, quotes and comments', () => {
  const text = `# a comment; { }
    add_header X "a; \\"b\\" {c}" 'd e'; upstream a{server 127.0.0.1:1;}
    location ~ \\.php$ { }`;
  expect(parseDirectives(text)).toEqual([
    { line: 2, words: ['add_header', 'X', 'a; \\"b\\" {c}', 'd e'] },
    { line: 2, words: ['upstream', 'a'], block: [{ line: 2, words: ['server', '127.0.0.1:1'] }] },
    { line: 3, words: ['location', '~', '\\.php$'], block: [] },
  ]);
});

it.each([
  ['a', 'unexpected end in line 1'],
  ['a {', 'unexpected end in line 1'],
  ['a;\n}', 'unexpected "}" in line 2'],
  ['a { b }', 'unexpected "}" in line 1'],
  [';', 'unexpected ";" in line 1'],
  ['a "b', 'unexpected "\\"" in line 1'],
])('parseDirectives() refuses %j', (text, message) => {
  expect(() => parseDirectives(text)).toThrow(message);
});
