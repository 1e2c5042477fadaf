import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WORKSPACE } from '../install.mjs';
import { APPLICATIONS } from './applications.mjs';
import { recipeEnvironment, RECIPES } from './recipes.mjs';

it('each application has an environment file, and each file an application', () => {
  const files = readdirSync(join(WORKSPACE, 'tools/acceptance/applications'));
  expect([...APPLICATIONS.keys()].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
});

it.each([...RECIPES.keys()])('the recipe %s has an application and an environment', (name) => {
  expect(existsSync(join(WORKSPACE, 'examples', name))).toBe(true);
  expect(recipeEnvironment(name)).toContain('application:');
});

it.each([...APPLICATIONS, ...RECIPES])('%s has the secrets of its environment', (name, one) => {
  const file = join(WORKSPACE, 'tools/acceptance/applications', `${name}.yaml`);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : recipeEnvironment(name);
  const named = [...text.matchAll(/\$\{secrets\.(\w+)\}/g)].map(([, secret]) => secret);
  expect([...one.secrets].sort()).toEqual([...new Set(named)].sort());
});
