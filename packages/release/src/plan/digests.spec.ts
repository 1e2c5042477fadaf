import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { buildDigest, configurationDigest } from './digests.js';
import { releaseSchema } from '../section/section.js';
import { application } from '../testing/application.js';
import type { Runtime } from '../application/runtime.js';

const section = releaseSchema.parse({});
const NODE: Runtime = { node: '20.20.2' };
const OTHERS: readonly (Runtime | undefined)[] = [
  { node: '20.20.3' },
  { ...NODE, manager: { name: 'pnpm', version: '10.12.1' } },
  { ...NODE, manager: { name: 'pnpm', version: '10.12.2' } },
  undefined,
];
const env = { ...application.env };
const secret = (value: string): Text => Text.of(new Secret('token', value));

describe('configurationDigest()', () => {
  const on = (runtime: Runtime | undefined): string =>
    configurationDigest(application, section, runtime).reveal();
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    configurationDigest({ ...application, ...changed }, { ...section, ...changes }, NODE).reveal();

  it('changes with what a release is made of, and with nothing else', () => {
    const first = digest({});
    expect(on({ ...NODE })).toBe(first);
    expect(digest({ node: { file: '.nvmrc', mirror: 'https://other.example' } })).toBe(first);
    expect(digest({ env: Object.fromEntries(Object.entries(env).reverse()) })).toBe(first);
    expect(digest({}, { keep: 9, revision: 'other' })).toBe(first);
    const [api] = application.processes;
    if (!api) throw new Error('no process');
    const others = [
      digest({ env: { ...env, NEW: Text.of('') } }),
      digest({ env: { ...env, TOKEN: secret('other') } }),
      ...OTHERS.map(on),
      digest({ processes: [] }),
      digest({ processes: [{ ...api, alternatePort: 1 }] }),
      digest({ processes: [{ ...api, env: { NEW: Text.of('') } }] }),
      digest({}, { build: 'make' }),
      digest({}, { directory: 'apps/web' }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('is a secret', () => {
    expect(String(configurationDigest(application, section))).toBe('***');
  });
});

describe('buildDigest()', () => {
  const on = (runtime: Runtime | undefined): string => buildDigest(application, section, runtime);
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    buildDigest({ ...application, ...changed }, { ...section, ...changes }, NODE);

  it('changes with what a build sees', () => {
    const first = digest({});
    const others = [
      digest({ env: { ...env, NEW: Text.of('') } }),
      digest({ env: { ...env, API_URL: Text.of('other') } }),
      ...OTHERS.map(on),
      digest({}, { install: 'make' }),
      digest({}, { build: undefined }),
      digest({}, { directory: 'apps/web' }),
      digest({}, releaseSchema.parse({ hooks: [{ before: 'build', run: 'x' }] })),
      digest({}, releaseSchema.parse({ hooks: [{ before: 'build', run: 'x', env: { A: 'b' } }] })),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('does not change with secrets, processes or how many releases are kept', () => {
    const first = digest({});
    expect(digest({ env: { ...env, TOKEN: secret('other'), MORE: secret('x') } })).toBe(first);
    expect(digest({ processes: [] })).toBe(first);
    expect(digest({}, { keep: 9, migrate: 'x', dependencies: 'copy' })).toBe(first);
  });
});
