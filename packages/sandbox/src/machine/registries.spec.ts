import { expect, it } from 'vitest';
import { parseNpmSettings } from './registries.js';

it('parseNpmSettings() leaves out what npm says isn’t set', () => {
  const output =
    'registry=https://registry.example/npm/\nhttps-proxy=null\nproxy=false\ncafile=undefined\n';
  expect(parseNpmSettings(output)).toEqual({ registry: 'https://registry.example/npm/' });
});
