import { expect, it } from 'vitest';
import { sandboxSchema } from './section.js';

it('sandboxSchema reads amounts of memory', () => {
  expect(sandboxSchema.parse({})).toEqual({});
  expect(sandboxSchema.parse({ memory: '2G' })).toEqual({ memory: 2 * 1024 ** 3 });
});

it.each(['0G', '2', '2g', 2, '-1M', '1.5G'])('sandboxSchema refuses memory: %j', (memory) => {
  expect(sandboxSchema.safeParse({ memory }).error?.issues[0]?.message).toContain('such as 512M');
});
