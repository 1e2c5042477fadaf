import { expect, it } from 'vitest';
import { hostOf } from './section.js';

it.each([
  [undefined, 'localhost'],
  [['shop.test', '*.shop.test'], 'shop.test'],
  [['*.shop.test', 'shop.test'], 'shop.test'],
  // Its port's default server answers to no other name.
  [['*.shop.test'], 'any.shop.test'],
])('hostOf() gives a name that a site of %j answers to', (domains, host) => {
  expect(hostOf(domains === undefined ? {} : { domains })).toBe(host);
});
