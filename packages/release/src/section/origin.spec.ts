import { describe, expect, it } from 'vitest';
import { releaseSchema } from './section.js';

const artifact = { target: 'web:build', path: 'dist/apps/web' };

describe('an artifact', () => {
  it('is built here, so that nothing is installed or built on the host unless told', () => {
    expect(releaseSchema.parse({ artifact })).toMatchObject({
      origin: { via: 'artifact', ...artifact },
      install: undefined,
      build: undefined,
    });
    const install = 'npm ci --omit=dev';
    expect(releaseSchema.parse({ artifact, install, build: false })).toMatchObject({
      install: { command: install, variables: {}, secrets: [] },
      build: undefined,
    });
  });

  it.each(['web:build', 'web:build:production', '@acme/web:build-it', 'web:test-ci--src/a.ts'])(
    'is made by the target %s',
    (target) => {
      const { origin } = releaseSchema.parse({ artifact: { ...artifact, target } });
      expect(origin).toHaveProperty('target', target);
    },
  );

  it.each([
    ['a repository', { artifact, repository: '../shop' }, /cannot stand beside artifact/],
    ['via', { artifact, via: 'bundle' }, /cannot stand beside artifact/],
    ['a revision', { artifact, revision: 'main' }, /cannot stand beside artifact/],
    ['a target without a project', { artifact: { ...artifact, target: 'build' } }, /a target of/],
    ['an option as a target', { artifact: { ...artifact, target: '--x:y' } }, /a target of/],
    ['a folder elsewhere', { artifact: { ...artifact, path: '../dist' } }, /a folder of the work/],
    ['an absolute folder', { artifact: { ...artifact, path: '/dist' } }, /a folder of the work/],
    ['the workspace', { artifact: { ...artifact, path: '.' } }, /a folder of the workspace/],
    ['no folder', { artifact: { target: 'web:build' } }, /a folder of the workspace/],
  ])('refuses %s', (_, section, message) => {
    expect(() => releaseSchema.parse(section)).toThrow(message);
  });
});
