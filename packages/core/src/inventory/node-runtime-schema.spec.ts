import { describe, expect, it } from 'vitest';
import { isExactVersion, nodeRuntimeSchema } from './node-runtime-schema.js';

const mirror = 'https://nodejs.org/dist';

describe('nodeRuntimeSchema', () => {
  it.each([
    ['24.11.1', { version: '24.11.1', mirror }],
    [24, { version: '24', mirror }],
    [24.11, { version: '24.11', mirror }],
    ['24.10', { version: '24.10', mirror }],
    ['lts', { version: 'lts', mirror }],
    [{ version: 22 }, { version: '22', mirror }],
    [{ file: '.nvmrc' }, { file: '.nvmrc', mirror }],
    [
      { version: 22, packageManager: 'pnpm@10.12.1' },
      { version: '22', packageManager: 'pnpm@10.12.1', mirror },
    ],
    [{ file: 'apps/web/package.json' }, { file: 'apps/web/package.json', mirror }],
    [
      { version: 'lts', mirror: 'https://mirror.example/node//' },
      { version: 'lts', mirror: 'https://mirror.example/node' },
    ],
  ])('takes %j', (given, runtime) => {
    expect(nodeRuntimeSchema.parse(given)).toEqual(runtime);
  });

  it.each([
    ...['24.11.1.2', 'lts/krypton', '24.', '', '24.1.01', null, true, { file: '/etc/passwd' }],
    ...['pnpm', 'pnpm@10', 'bun@1.3.0', 'npm@10.9.0'].map((packageManager) => ({
      version: '24',
      packageManager,
    })),
  ])('refuses %j', (given) => {
    expect(nodeRuntimeSchema.safeParse(given).success).toBe(false);
  });
});

it('isExactVersion() is true when there is no choice', () => {
  expect(['24.11.1', '24', '24.11', 'lts', ''].map(isExactVersion)).toEqual([
    true,
    ...Array<boolean>(4).fill(false),
  ]);
});
