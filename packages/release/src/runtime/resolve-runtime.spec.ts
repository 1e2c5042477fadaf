import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { releaseSchema } from '../section/section.js';
import { resolveRuntime, type Known, type ResolvedRuntime } from './resolve-runtime.js';

const mirror = 'https://nodejs.org/dist';
const section = releaseSchema.parse({});
const known: Known = {
  commit: '3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3',
  files: new Map([
    ['package.json', '{"packageManager":"pnpm@10.12.1+sha512.0a"}'],
    ['.nvmrc', '24'],
  ]),
  index: { versions: [{ version: '24.11.1', lts: 'Krypton' }, { version: '25.2.1' }] },
  live: undefined,
};

const resolve = (node: object, of: Partial<Known> = {}): ResolvedRuntime =>
  resolveRuntime({ node: { mirror, ...node } }, section, { ...known, ...of });

describe('resolveRuntime()', () => {
  it('decides on exact versions, and says how', () => {
    expect(resolve({ file: '.nvmrc' })).toMatchObject({
      runtime: { node: '24.11.1', manager: { name: 'pnpm', version: '10.12.1' } },
      source: { mirror, managerHash: 'sha512.0a' },
      section: {
        install: { command: 'pnpm install --frozen-lockfile' },
        build: { command: 'pnpm run build' },
      },
      chosen: 'Node.js 24.11.1, the newest of 24 (.nvmrc)',
    });
  });

  it('has no choice with an exact version, and needs no index', () => {
    const index = { unread: 'curl: (6) Could not resolve host' };
    const { runtime, chosen } = resolve({ version: '22.21.1' }, { index });
    expect(runtime?.node).toBe('22.21.1');
    expect(chosen).toBeUndefined();
    const files = new Map([['.nvmrc', 'v22.21.1']]);
    expect(resolve({ file: '.nvmrc' }, { index, files }).chosen).toBe('Node.js 22.21.1 (.nvmrc)');
  });

  it('has neither Node.js nor commands without `node`', () => {
    const resolved = resolveRuntime({}, section, known);
    expect(resolved.runtime).toBeUndefined();
    expect([resolved.section.install, resolved.section.build]).toEqual([undefined, undefined]);
  });

  it('says what to do when the index cannot be read', () => {
    const index = { unread: 'curl: (6) Could not resolve host\n' };
    expect(() => resolve({ version: '24' }, { index })).toThrow(
      saying(
        'Cannot choose the Node.js "24": the host cannot read https://nodejs.org/dist/index.tab: curl: (6) Could not resolve host\n  → deploy again later, or name an exact version: node: 24.11.1',
      ),
    );
    expect(() => resolve({ file: '.nvmrc' }, { index, live: { node: '24.9.0' } })).toThrow(
      saying('name an exact version: node: 24.9.0, which the live release has'),
    );
  });
});
