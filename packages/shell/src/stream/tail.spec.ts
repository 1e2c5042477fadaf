import { expect, it } from 'vitest';
import { Tail } from './tail.js';

it('Tail keeps the last bytes, however they come', () => {
  const tail = new Tail(5);
  for (const text of ['abc', '', 'defghijk', 'l', 'mnopq', 'rstuvwxyz', '0']) {
    tail.push(Buffer.from(text));
  }
  expect(tail.toString()).toBe('wxyz0');
});

it('Tail gives what there is when it is less than the limit', () => {
  const tail = new Tail(5);
  expect(tail.toString()).toBe('');
  tail.push(Buffer.from('abc'));
  expect(tail.toString()).toBe('abc');
});
