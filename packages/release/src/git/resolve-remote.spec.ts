import { Secret, Text } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import { temporaryRepository } from '../testing/temporary-repository.js';
import { authorization } from './authorization.js';
import { resolveRemote } from './resolve-remote.js';

describe('resolveRemote()', () => {
  it('finds the main branch, other branches, annotated tags and the beginnings of hashes', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    git('tag', '--annotate', '--message=m', 'v1');
    git('branch', '$(id)');
    const second = commit('two');
    const url = { scheme: 'file', url: `file://${folder}` } as const;
    expect(await resolveRemote(url, undefined, '/')).toEqual({ commit: second, name: 'main' });
    expect(await resolveRemote(url, 'v1', '/')).toEqual({ commit: first, name: 'v1' });
    expect(await resolveRemote(url, '$(id)', '/')).toEqual({ commit: first, name: '$(id)' });
    expect((await resolveRemote(url, first.slice(0, 7), '/')).commit).toBe(first);
    await expect(resolveRemote(url, 'mian', '/')).rejects.toThrow('did you mean "main"?');
  });

  it('takes a whole hash as it is, without asking', async () => {
    const commit = 'a'.repeat(40);
    const url = { scheme: 'https', url: 'https://nowhere.invalid/x.git' } as const;
    expect(await resolveRemote(url, commit, '/')).toEqual({ commit, name: commit });
  });

  it('says that a URL cannot be read', async () => {
    const url = { scheme: 'file', url: 'file:///nonexistent/x.git' } as const;
    await expect(resolveRemote(url, 'main', '/')).rejects.toThrow(
      /file:\/\/\/nonexistent\/x\.git cannot be read from this machine/,
    );
  });
});

it('authorization() puts credentials into the environment, encoded', () => {
  const credentials = Text.of('bot:', new Secret('token', 'p'));
  expect(authorization({ scheme: 'https', url: 'https://h/x.git', credentials })).toEqual({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.https://h/x.git.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from('bot:p').toString('base64')}`,
  });
});
