import { expect, it } from 'vitest';
import { sandboxSchema } from './section.js';

it('sandboxSchema reads amounts of memory, and ports', () => {
  const defaults = { driver: 'auto', release: 'bookworm' };
  expect(sandboxSchema.parse({})).toEqual(defaults);
  expect(sandboxSchema.parse({ memory: '2G', ports: { 80: 8080 } })).toEqual({
    ...{ ...defaults, memory: 2 * 1024 ** 3 },
    ports: { 80: 8080 },
  });
});

it.each([{ 0: 80 }, { 80: 0 }, { 80: 65_536 }, { x: 80 }, { 80: '80' }, { 80: 8080, 81: 8080 }])(
  'sandboxSchema refuses ports: %j',
  (ports) => {
    expect(sandboxSchema.safeParse({ ports }).error?.issues[0]?.path[0]).toBe('ports');
  },
);

it.each(['0G', '2', '2g', 2, '-1M', '1.5G'])('sandboxSchema refuses memory: %j', (memory) => {
  expect(sandboxSchema.safeParse({ memory }).error?.issues[0]?.message).toContain('such as 512M');
});
