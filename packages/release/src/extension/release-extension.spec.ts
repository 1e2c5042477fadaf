import { definePlugin, z, type Plugin } from '@fairness-deploy/core';
import {
  exampleApplication,
  exampleContext,
  exampleEnvironment,
} from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { exampleRelease } from '../testing/example-release.js';
import { extendRelease, filesOf, frontOf, type ReleaseExtension } from './release-extension.js';

const pluginWith = (part: ReleaseExtension): Plugin =>
  definePlugin({ section: 'web', schema: z.unknown(), extensions: [extendRelease(part)] });

const application = exampleApplication({
  processes: [],
  static: [{ path: '/', folder: 'dist', cache: 'revalidate' }],
});

const contextWith = (...plugins: readonly Plugin[]) => ({
  ...exampleContext<unknown>({}, exampleEnvironment({ application })),
  plugins,
});

const FRONT = { group: 'www-data' };

describe('frontOf()', () => {
  it('is the first plugin that has one', () => {
    const none = pluginWith({});
    expect(frontOf(contextWith(none, pluginWith({ front: () => FRONT })))).toBe(FRONT);
  });

  it('refuses static files without one', () => {
    const cannot = 'Cannot serve application.static: no section serves files';
    expect(() => frontOf(contextWith(pluginWith({})))).toThrow(cannot);
    expect(() => filesOf(contextWith(), exampleRelease(application))).toThrow(cannot);
  });
});

it('filesOf() refuses a file whose name does not begin with its section', () => {
  const plugin = pluginWith({ front: () => FRONT, files: () => ({ 'other-file': '' }) });
  expect(() => filesOf(contextWith(plugin), exampleRelease(application))).toThrow(
    'Cannot use the file "other-file" of the plugin "web"',
  );
});
