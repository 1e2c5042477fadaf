import { expect, it } from 'vitest';
import { readGitOrigin } from './git-origin.js';

const config = (url: string) =>
  `[core]\n\turl = x\n[remote "fork"]\n\turl = https://fork.example/x.git\n[remote "origin"]\n\tfetch = y\n\turl = ${url}\n`;

it.each([
  ['https://git.example/shop.git', 'https://git.example/shop.git'],
  ['https://user:hunter2@git.example/shop.git', 'https://git.example/shop.git'],
  ['git@git.example:team/shop.git', 'git@git.example:team/shop.git'],
  ['ssh://git@git.example/shop.git', 'ssh://git@git.example/shop.git'],
  ['../shop', undefined],
  ['/srv/git/shop.git', undefined],
])('readGitOrigin() of %s is %s', (url, found) => {
  expect(readGitOrigin(config(url))?.value).toBe(found);
});

it('readGitOrigin() wants the remote of that name', () => {
  expect(readGitOrigin('[remote "fork"]\n\turl = https://a.example/x.git\n')).toBeUndefined();
});
