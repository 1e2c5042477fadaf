import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { expandHome, homeFolder, userStateFolder, variable } from './home-folder.js';

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

it('expandHome() takes ~ for the home, whatever its name', () => {
  const env = { HOME: '/home/$&' };
  expect(['~', '~/a', '~b/c', 'd/~'].map((path) => expandHome(path, env))).toEqual([
    ...['/home/$&', '/home/$&/a', '~b/c', 'd/~'],
  ]);
});

it('userStateFolder() is below the home unless an absolute path is named', () => {
  const own = `${userInfo().homedir}/.local/state`;
  expect(userStateFolder({ XDG_STATE_HOME: '/state', HOME: '/home/ana' })).toBe('/state');
  expect(userStateFolder({ XDG_STATE_HOME: 'state', HOME: '/home/ana' })).toBe(
    '/home/ana/.local/state',
  );
  expect(userStateFolder({ XDG_STATE_HOME: '', HOME: '' })).toBe(own);
});
