import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { programsOf } from '../application/program.js';
import { buildDigest, configurationDigest, type ReleaseInputs } from './digests.js';
import { releaseFiles } from '../section/release-file.js';
import { releaseSchema } from '../section/section.js';
import { application, environment } from '../testing/application.js';
import type { Runtime } from '../application/runtime.js';

const host = { name: 'web', address: 'web', sudo: false };
const NODE: Runtime = { node: '20.20.2' };
const OTHERS: readonly (Runtime | undefined)[] = [
  { node: '20.20.3' },
  { ...NODE, manager: { name: 'pnpm', version: '10.12.1' } },
  { ...NODE, manager: { name: 'pnpm', version: '10.12.2' } },
  undefined,
];
const env = { ...application.env };
const secret = (value: string): Text => Text.of(new Secret('token', value));

/** @param changes as they are written in the section */
function inputs(changed: Partial<typeof application>, changes: object = {}): ReleaseInputs {
  const section = releaseSchema.parse(changes);
  const files = releaseFiles(section.files, { environment, host });
  return { application: { ...application, ...changed }, section, files, runtime: NODE };
}

/** The plain inputs, on a runtime. */
function onRuntime(runtime: Runtime | undefined): ReleaseInputs {
  const { application: own, section, files } = inputs({});
  return { application: own, section, files, ...(runtime && { runtime }) };
}

describe('configurationDigest()', () => {
  const on = (runtime: Runtime | undefined): string =>
    configurationDigest(onRuntime(runtime), {
      programs: programsOf(application, 1),
      configuration: {},
    }).reveal();
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    digestOf(changed, changes).reveal();
  const digestOf = (
    changed: Partial<typeof application>,
    changes: object = {},
    brought = {},
    cpus = 1,
  ) =>
    configurationDigest(inputs(changed, changes), {
      programs: programsOf({ ...application, ...changed }, cpus),
      configuration: brought,
    });

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
      digest({ processes: [{ ...api, directory: 'tools' }] }),
      digest({ processes: [{ ...api, nice: 5 }] }),
      digest({ processes: [{ ...api, stopSeconds: 5 }] }),
      digestOf({}, {}, { 'supervisor-blue.conf': 'x' }).reveal(),
      digestOf({ processes: [{ ...api, instances: 'cpus' }] }, {}, {}, 2).reveal(),
      digestOf({ processes: [{ ...api, instances: 'cpus' }] }, {}, {}, 3).reveal(),
      digest({}, { build: 'make' }),
      digest({}, { directory: 'apps/web' }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('changes with a file that is written for the start', () => {
    const digests = ['one', 'other'].map((value) =>
      digest({}, { files: { a: { content: secret(value), when: 'start' } } }),
    );
    expect(new Set([digest({}), ...digests]).size).toBe(3);
  });

  it('is a secret', () => {
    expect(String(digestOf({}))).toBe('***');
  });
});

describe('buildDigest()', () => {
  const on = (runtime: Runtime | undefined): string => buildDigest(onRuntime(runtime)).reveal();
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    buildDigest(inputs(changed, changes)).reveal();

  it('changes with what a build sees', () => {
    const first = digest({});
    const others = [
      digest({ env: { ...env, NEW: Text.of('') } }),
      digest({ env: { ...env, API_URL: Text.of('other') } }),
      ...OTHERS.map(on),
      digest({}, { install: 'make' }),
      digest({}, { build: false }),
      digest({}, { directory: 'apps/web' }),
      digest({}, { hooks: [{ before: 'build', run: 'x' }] }),
      digest({}, { hooks: [{ before: 'build', run: 'x', env: { A: 'b' } }] }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('changes with a secret that a hook before the build sees', () => {
    const hooks = [{ before: 'build', run: 'echo "$TOKEN" >.env', env: { A: secret('one') } }];
    const others = [
      digest({}, { hooks }),
      digest({ env: { ...env, TOKEN: secret('other') } }, { hooks }),
      digest({}, { hooks: [{ ...hooks[0], env: { A: secret('other') } }] }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it('changes with files, shared folders, and what the commands see alone', () => {
    const first = digest({});
    const others = [
      digest({}, { files: { a: { content: secret('one') } } }),
      digest({}, { files: { a: { content: secret('other') } } }),
      digest({}, { files: { a: { content: secret('one'), when: 'build' } } }),
      digest({}, { files: { a: { content: secret('one'), when: 'start' } } }),
      digest({}, { shared: ['uploads'] }),
      digest({}, { install: { variables: { A: secret('one') } } }),
      digest({}, { install: { variables: { A: secret('other') } } }),
      digest({}, { build: { variables: { A: secret('one') } } }),
      digest({}, { install: { secrets: ['token'] } }),
      digest({}, { build: { secrets: ['token'] } }),
      digest({ env: { ...env, TOKEN: secret('other') } }, { build: { secrets: ['token'] } }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('does not change with what is written for the start, nor with the order of keys', () => {
    const file = (value: string) => ({ content: secret(value), when: 'start' });
    expect(digest({}, { files: { a: file('one'), b: file('two') } })).toBe(
      digest({}, { files: { b: file('other'), a: file('one') } }),
    );
    expect(digest({}, { shared: ['a', 'b'] })).toBe(digest({}, { shared: ['b', 'a'] }));
  });

  it('does not change with secrets, processes or how many releases are kept', () => {
    const first = digest({});
    expect(digest({ env: { ...env, TOKEN: secret('other'), MORE: secret('x') } })).toBe(first);
    expect(digest({ processes: [] })).toBe(first);
    expect(digest({}, { keep: 9, migrate: 'x', dependencies: 'copy' })).toBe(first);
  });
});
