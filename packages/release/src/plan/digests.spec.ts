import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { programsOf } from '../application/program.js';
import { buildDigest, configurationDigest } from './digests.js';
import { releaseSchema } from '../section/section.js';
import { application } from '../testing/application.js';

const section = releaseSchema.parse({});
const env = { ...application.env };
const secret = (value: string): Text => Text.of(new Secret('token', value));

describe('configurationDigest()', () => {
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    digestOf({ ...application, ...changed }, changes).reveal();
  const digestOf = (own: typeof application, changes: object = {}, files = {}, cpus = 1) =>
    configurationDigest(own, { ...section, ...changes }, programsOf(own, cpus), files);

  it('changes with what a release is made of, and with nothing else', () => {
    const first = digest({});
    expect(digest({ env: Object.fromEntries(Object.entries(env).reverse()) })).toBe(first);
    expect(digest({}, { keep: 9, revision: 'other' })).toBe(first);
    const [api] = application.processes;
    if (!api) throw new Error('no process');
    const others = [
      digest({ env: { ...env, NEW: Text.of('') } }),
      digest({ env: { ...env, TOKEN: secret('other') } }),
      digest({ node: { ...application.node, version: '22.0.0' } }),
      digest({ processes: [] }),
      digest({ processes: [{ ...api, alternatePort: 1 }] }),
      digest({ processes: [{ ...api, env: { NEW: Text.of('') } }] }),
      digest({ processes: [{ ...api, directory: 'tools' }] }),
      digest({ processes: [{ ...api, nice: 5 }] }),
      digest({ processes: [{ ...api, stopSeconds: 5 }] }),
      digestOf(application, {}, { 'supervisor-blue.conf': 'x' }).reveal(),
      digestOf({ ...application, processes: [{ ...api, instances: 'cpus' }] }, {}, {}, 2).reveal(),
      digestOf({ ...application, processes: [{ ...api, instances: 'cpus' }] }, {}, {}, 3).reveal(),
      digest({}, { build: 'make' }),
      digest({}, { directory: 'apps/web' }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it('is a secret', () => {
    expect(String(digestOf(application))).toBe('***');
  });
});

describe('buildDigest()', () => {
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    buildDigest({ ...application, ...changed }, { ...section, ...changes });

  it('changes with what a build sees', () => {
    const first = digest({});
    const others = [
      digest({ env: { ...env, NEW: Text.of('') } }),
      digest({ env: { ...env, API_URL: Text.of('other') } }),
      digest({ node: { ...application.node, version: '22.0.0' } }),
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
