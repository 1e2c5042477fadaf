import { describe, expect, it } from 'vitest';
import { asCell, asLink, asTable } from './markdown.js';

describe('asCell()', () => {
  it.each([
    ['Scaleway, fr-par (managed)', 'Scaleway, fr-par (managed)'],
    ['a | b', String.raw`a \| b`],
    ['one\ntwo\r\n  three\t', 'one two three'],
    ['<script>&amp;</script>', String.raw`\<script\>\&amp;\</script\>`],
    ['![x](https://x.example) `$(id)`', '!\\[x\\](https://x.example) \\`$(id)\\`'],
    [String.raw`**a_b** ~~c~~ \|`, String.raw`\*\*a\_b\*\* \~\~c\~\~ \\\|`],
    ['<!-- end deployed-environments -->', String.raw`\<!-- end deployed-environments --\>`],
  ])('%j is %j', (text, cell) => {
    expect(asCell(text)).toBe(cell);
  });
});

describe('asLink()', () => {
  it.each([
    ['https://shop.example', '<https://shop.example>'],
    ['http://localhost:3080/a|b?c=<d>`', '<http://localhost:3080/a%7Cb?c=%3Cd%3E%60>'],
  ])('%j is %j', (url, link) => {
    expect(asLink(url)).toBe(link);
  });
});

it('asTable() has a line for each row', () => {
  expect(asTable(['Name', 'URL'], [['prod', '']])).toBe(
    '| Name | URL |\n| --- | --- |\n| prod |  |',
  );
});
