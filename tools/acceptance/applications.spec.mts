import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WORKSPACE } from '../install.mjs';
import { APPLICATIONS } from './applications.mjs';
import { OF_2022, SHARED_FILE, TODAY, TODAYS_RECIPE } from './permacoop-shapes.mjs';
import { recipeEnvironment, RECIPES } from './recipes.mjs';

it('each application has an environment file, and each file an application', () => {
  const files = readdirSync(join(WORKSPACE, 'tools/acceptance/applications'));
  expect([...APPLICATIONS.keys()].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
});

it.each([...RECIPES.keys()])('the recipe %s has an application and an environment', (name) => {
  expect(existsSync(join(WORKSPACE, 'examples', name))).toBe(true);
  expect(recipeEnvironment(name)).toContain('application:');
});

const read = (file: string): string => readFileSync(join(WORKSPACE, file), 'utf8');

it.each([
  ...[...APPLICATIONS].map(([name, one]) => ({
    ...{ name, one, text: read(`tools/acceptance/applications/${name}.yaml`) },
  })),
  ...[...RECIPES].map(([name, one]) => ({ name, one, text: recipeEnvironment(name) })),
  { name: 'permacoop', one: TODAY, text: recipeEnvironment(TODAYS_RECIPE) },
  { name: 'permacoop of 2022', one: OF_2022, text: read(SHARED_FILE) },
])('$name has the secrets of its environment', ({ one, text }) => {
  const named = [...text.matchAll(/\$\{secrets\.(\w+)\}/g)].map(([, secret]) => secret);
  // The one that the section postgres takes by itself.
  if (text.includes('${postgres.')) named.push('db_password');
  expect([...one.secrets].sort()).toEqual([...new Set(named)].sort());
});
