import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { loadPlugins } from './load-plugins.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

/** A workspace with plugins: the package's name and its module's text. */
function withPlugins(modules: Readonly<Record<string, string | undefined>>, entries?: unknown[]) {
  workspace = temporaryWorkspace();
  const names = Object.keys(modules);
  const plugins = entries ?? names.map((name) => `${name}/plugin`);
  workspace.write('nx.json', JSON.stringify({ plugins }));
  for (const [name, module] of Object.entries(modules)) {
    const section = name.replace(/^.*\//, '');
    const own = { section, deployment: './dist/deployment.js' };
    const folder = `node_modules/${name}`;
    workspace.write(`${folder}/package.json`, JSON.stringify({ name, 'fairness-deploy': own }));
    if (module !== undefined) workspace.write(`${folder}/dist/deployment.js`, module);
  }
  return workspace.folder;
}

const right = (section: string) => `exports.plugin = { section: '${section}', schema: {} }`;

describe('loadPlugins()', () => {
  it('loads the modules of the sections used and knows all sections', () => {
    const folder = withPlugins({
      '@fairness-deploy/nginx': right('nginx'),
      '@fairness-deploy/postgres': 'throw new Error("should not be loaded")',
      mine: right('mine'),
    });
    const { plugins, sections } = loadPlugins(folder, ['mine', 'nginx', 'unknown']);
    expect(plugins.map(({ section }) => section)).toEqual(['nginx', 'mine']);
    expect(sections).toEqual(['nginx', 'postgres', 'mine']);
  });

  it('refuses two plugins that have a command of one name', () => {
    const folder = withPlugins({ one: right('one'), two: right('two') });
    for (const name of ['one', 'two']) {
      const own = { section: name, deployment: './dist/deployment.js' };
      const manifest = { name, executors: './executors.json', 'fairness-deploy': own };
      workspace.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
      workspace.write(`node_modules/${name}/executors.json`, '{ "executors": { "status": {} } }');
    }
    expect(() => loadPlugins(folder, [])).toThrow(
      'Cannot load the plugin "two": it has a command "status", and so has "one"',
    );
    const own = { section: 'two', deployment: './dist/deployment.js', insteadOf: ['one'] };
    const manifest = { name: 'two', executors: './executors.json', 'fairness-deploy': own };
    workspace.write('node_modules/two/package.json', JSON.stringify(manifest));
    expect(loadPlugins(folder, []).sections).toEqual(['one', 'two']);
  });

  it("reads nx.json's entries in both forms and leaves those alone that aren't ours", () => {
    const entries = [{ plugin: '@fairness-deploy/nginx/plugin', options: {} }, './tools/own', 7];
    const folder = withPlugins({ '@fairness-deploy/nginx': right('nginx') }, [
      ...entries,
      '@nx/js',
      'local-project/plugin',
    ]);
    workspace.write('node_modules/@nx/js/package.json', '{}');
    expect(loadPlugins(folder, ['nginx']).sections).toEqual(['nginx']);
  });

  it('knows none where nx.json names none', () => {
    workspace = temporaryWorkspace();
    expect(loadPlugins(workspace.folder, ['nginx'])).toEqual({ plugins: [], sections: [] });
  });

  it('says what to run when a module is not built', () => {
    const folder = withPlugins({ '@fairness-deploy/nginx': undefined });
    const module = join(folder, 'node_modules/@fairness-deploy/nginx/dist/deployment.js');
    expect(() => loadPlugins(folder, ['nginx'])).toThrow(
      saying(
        `Cannot load the plugin "@fairness-deploy/nginx": ${module} is missing\n  → npm run build, or npm install when the package is not of this workspace`,
      ),
    );
  });

  it('says what to run when a package is not installed', () => {
    const folder = withPlugins({}, ['@fairness-deploy/nginx/plugin']);
    expect(() => loadPlugins(folder, [])).toThrow(
      saying(
        'Cannot load the plugin "@fairness-deploy/nginx": nx.json names it, but it is not in node_modules\n  → npm install',
      ),
    );
  });

  it.each([
    ['does not export a plugin', 'exports.other = 1', 'does not export "plugin"'],
    [
      'has another section',
      right('other'),
      'its package.json says that its section is "nginx", its module says "other"',
    ],
    ['throws', 'throw new Error("broken")', 'Error: broken'],
  ])('refuses a module that %s', (_, module, message) => {
    const folder = withPlugins({ '@fairness-deploy/nginx': module });
    expect(() => loadPlugins(folder, ['nginx'])).toThrow(message);
  });

  it('refuses two plugins of one section', () => {
    const folder = withPlugins({ '@fairness-deploy/nginx': right('nginx'), nginx: right('nginx') });
    expect(() => loadPlugins(folder, [])).toThrow(
      'Cannot load the plugin "nginx": "@fairness-deploy/nginx" has the section "nginx" too',
    );
  });
});
