import { expect, it } from 'vitest';
import { baseKey } from './recipe.js';

const registries = {
  codename: 'bookworm',
  sources: [
    {
      uri: 'http://mirror.example/debian/',
      suite: 'bookworm',
      component: 'main',
      origin: 'Debian',
    },
  ],
  settings: '',
  upstreams: [],
};

it('baseKey() changes with what the base is made of', () => {
  const key = baseKey(registries);
  expect(key).toMatch(/^bookworm-[0-9a-f]{12}$/);
  expect(baseKey({ ...registries })).toBe(key);
  expect(baseKey({ ...registries, settings: 'Acquire::Retries "3";\n' })).not.toBe(key);
});
