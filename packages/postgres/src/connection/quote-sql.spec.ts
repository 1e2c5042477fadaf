import { Secret } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from './quote-sql.js';

describe('quoteLiteral()', () => {
  it.each([
    ['', "''"],
    ["it's", "'it''s'"],
    ['a\\b', "E'a\\\\b'"],
    ["\\'; DROP", "E'\\\\''; DROP'"],
    ['$1 %s :name "x"\n', `'$1 %s :name "x"\n'`],
    ['müßig 😀', "'müßig 😀'"],
  ])('quotes %j', (value, quoted) => {
    expect(quoteLiteral(value).reveal()).toBe(quoted);
  });

  it('keeps a secret secret', () => {
    const quoted = quoteLiteral(new Secret('db_password', "p'w"));
    expect(String(quoted)).toBe('***');
    expect(quoted.reveal()).toBe("'p''w'");
  });

  it.each(['a\0b', 'a\uD800b'])('refuses %j', (value) => {
    expect(() => quoteLiteral(value)).toThrow(RangeError);
  });
});

describe('quoteIdentifier()', () => {
  it.each([
    ['shop', '"shop"'],
    ['My "Shop" \\ 1', '"My ""Shop"" \\ 1"'],
    ['ü'.repeat(31), `"${'ü'.repeat(31)}"`],
  ])('quotes %j', (name, quoted) => {
    expect(quoteIdentifier(name).reveal()).toBe(quoted);
  });

  it.each(['', 'a\0', 'ü'.repeat(32), '\uDFFF'])('refuses %j', (name) => {
    expect(() => quoteIdentifier(name)).toThrow(RangeError);
  });
});
