import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it, onTestFinished } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { temporaryRepository } from '../testing/temporary-repository.js';
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
    await expect(resolveRemote(url, 'mian', '/')).rejects.toThrow(saying('did you mean "main"?'));
  });

  it('refuses a branch and a tag of one name, unless it is told which', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    git('tag', '--annotate', '--message=m', 'v1');
    const second = commit('two');
    git('branch', 'v1');
    const url = { scheme: 'file', url: `file://${folder}` } as const;
    await expect(resolveRemote(url, 'v1', '/')).rejects.toThrow(
      saying('name one of them: refs/heads/v1 or refs/tags/v1'),
    );
    expect((await resolveRemote(url, 'refs/heads/v1', '/')).commit).toBe(second);
    expect((await resolveRemote(url, 'refs/tags/v1', '/')).commit).toBe(first);
  });

  it('says which branch or commit is not there, and why that may be', async () => {
    const { folder, git, commit } = temporaryRepository();
    const first = commit('one');
    const second = commit('two');
    const url = { scheme: 'file', url: `file://${folder}` } as const;
    const said = (revision: string | undefined, message: string): Promise<void> =>
      expect(resolveRemote(url, revision, '/')).rejects.toThrow(saying(message));
    await said('winter-2019', 'it was deleted there, or never pushed');
    await said(first.slice(0, 8), 'when the commit is not pushed yet, push it first: git push');
    git('checkout', '--quiet', '-b', 'other', second);
    git('symbolic-ref', 'HEAD', 'refs/heads/gone');
    git('branch', '--delete', '--force', 'main');
    await said(undefined, 'it has no main branch');
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

describe('resolveRemote() within its limits', () => {
  it('waits no longer for a server that says nothing', async () => {
    const origin = await listen(() => undefined);
    const url = { scheme: 'https', url: `${origin}/x.git` } as const;
    await expect(resolveRemote(url, 'main', '/', { seconds: 1, bytes: 1e6 })).rejects.toThrow(
      /: no answer within 1 s$/,
    );
  });

  it('keeps no more of an answer', async () => {
    const { folder, commit } = temporaryRepository();
    commit('one');
    const url = { scheme: 'file', url: `file://${folder}` } as const;
    await expect(resolveRemote(url, 'main', '/', { seconds: 60, bytes: 10 })).rejects.toThrow(
      /: more than 10 bytes came$/,
    );
  });
});

describe('resolveRemote() of a server that redirects', () => {
  it('takes no password along', async () => {
    const asked: IncomingMessage[] = [];
    const other = await listen((request, response) => {
      asked.push(request);
      response.writeHead(404).end();
    });
    const first = await listen(({ url = '' }, response) => {
      response.writeHead(302, { location: `${other}${url}` }).end();
    });
    const url = { scheme: 'https', url: `${first}/x.git` } as const;
    const credentials = Text.of('bot:', new Secret('token', 'p'));
    await expect(resolveRemote({ ...url, credentials }, 'main', '/')).rejects.toThrow(
      saying(/the server redirects.*a password is sent to .* only/s),
    );
    expect(asked).toEqual([]);
    // Without one there is nothing to lose.
    await expect(resolveRemote(url, 'main', '/')).rejects.toThrow('not found');
    expect(asked).toHaveLength(1);
  });
});

/** The address of a server of this test's. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // Sound: it listens on a port.
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
