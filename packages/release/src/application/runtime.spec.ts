import { describe, expect, it } from 'vitest';
import { describeRuntime, pathOf, runtimeSchema, type Runtime } from './runtime.js';

const pnpm: Runtime = { node: '24.11.1', manager: { name: 'pnpm', version: '10.12.1' } };

describe('pathOf()', () => {
  it("begins with the release's own programs", () => {
    expect(pathOf({ runtime: pnpm })).toBe(
      '/opt/node/24.11.1/bin:/opt/package-managers/pnpm/10.12.1/bin:/usr/local/bin:/usr/bin:/bin',
    );
    expect(pathOf({ runtime: { node: '24.11.1' } })).toBe(
      '/opt/node/24.11.1/bin:/usr/local/bin:/usr/bin:/bin',
    );
    expect(pathOf({})).toBe('/usr/local/bin:/usr/bin:/bin');
  });
});

it('describeRuntime() names all parts', () => {
  expect([pnpm, { node: '24.11.1' }, undefined].map(describeRuntime)).toEqual([
    'Node.js 24.11.1, pnpm 10.12.1',
    'Node.js 24.11.1',
    '',
  ]);
});

it.each([
  [pnpm, true],
  [{ node: '24.11.1' }, true],
  [{ node: '24' }, false],
  [{ node: '../../tmp' }, false],
  [{ node: '24.11.1', manager: { name: 'pnpm', version: '10.0.0/../../x' } }, false],
  [{ node: '24.11.1', manager: { name: 'other', version: '10.0.0' } }, false],
  [{ node: '24.11.1', manager: { name: 'yarn', version: '4.0.0-rc.45' } }, true],
])('runtimeSchema on %j', (given, good) => {
  expect(runtimeSchema.safeParse(given).success).toBe(good);
});
