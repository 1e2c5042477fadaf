import { Secret, Text } from '@fairness-deploy/secrets';
import { expect, it } from 'vitest';
import { configurationDigest } from './configuration-digest.js';
import { releaseSchema } from './section.js';
import { application } from './testing/application.js';

const section = releaseSchema.parse({});

it('configurationDigest() changes with what a release is made of, and with nothing else', () => {
  const digest = (changed: Partial<typeof application>, changes: object = {}): string =>
    configurationDigest({ ...application, ...changed }, { ...section, ...changes }).reveal();
  const first = digest({});
  const env = { ...application.env };
  expect(digest({ env: Object.fromEntries(Object.entries(env).reverse()) })).toBe(first);
  expect(digest({}, { keep: 9, revision: 'other' })).toBe(first);
  const others = [
    digest({ env: { ...env, NEW: Text.of('') } }),
    digest({ env: { ...env, TOKEN: Text.of(new Secret('token', 'other')) } }),
    digest({ node: { ...application.node, version: '22.0.0' } }),
    digest({ processes: [] }),
    digest({}, { build: 'make' }),
    digest({}, { directory: 'apps/web' }),
  ];
  expect(new Set([first, ...others]).size).toBe(others.length + 1);
});

it('configurationDigest() is a secret', () => {
  expect(String(configurationDigest(application, section))).toBe('***');
});
