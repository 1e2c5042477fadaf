import { expect, it } from 'vitest';
import { without } from './without.js';

it('without() leaves keys out, and the object as it is', () => {
  const object = { a: 1, b: undefined, c: 3 };
  expect(without(object, 'a', 'b')).toEqual({ c: 3 });
  expect(Object.keys(without(object, 'a'))).toEqual(['b', 'c']);
  expect(object.a).toBe(1);
});
