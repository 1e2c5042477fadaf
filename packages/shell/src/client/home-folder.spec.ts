import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { homeFolder, variable } from './home-folder.js';

it('variable() takes an empty one for none', () => {
  expect(variable({ A: 'x' }, 'A')).toBe('x');
  expect(variable({ A: '' }, 'A')).toBeUndefined();
  expect(variable({}, 'A')).toBeUndefined();
});

it('homeFolder() is that of the system where HOME is empty or not set', () => {
  expect(homeFolder({ HOME: '/home/ana' })).toBe('/home/ana');
  expect(homeFolder({ HOME: '' })).toBe(userInfo().homedir);
  expect(homeFolder({})).toBe(userInfo().homedir);
});
