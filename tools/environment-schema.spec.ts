import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentJsonSchema } from '../packages/core/src/environment/json-schema.js';
import { installedPlugins } from '../packages/core/src/plugin/installed-plugins.js';
import { loadPlugins } from '../packages/core/src/plugin/load-plugins.js';

it("environments/environment.schema.json is what the plugins' schemas say: else run nx g environment", () => {
  const workspace = process.cwd();
  const sections = installedPlugins(workspace).map(({ section }) => section);
  const { plugins } = loadPlugins(workspace, sections);
  const written = readFileSync(join(workspace, 'environments', 'environment.schema.json'), 'utf8');
  expect(JSON.parse(written)).toEqual(environmentJsonSchema(plugins));
});
