import { expect, it } from 'vitest';
import type { RepositoryUrl } from '../section/repository-url.js';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { bundle } from './bundle.js';
import { fetchHere } from './fetch-here.js';

const urlOf = (folder: string): RepositoryUrl => ({ scheme: 'file', url: `file://${folder}` });

it('fetchHere() has the commit and its history, again and after the next commit', async () => {
  const { folder, commit } = temporaryRepository();
  const workspace = temporaryFolder();
  const first = commit('one');
  const second = commit('two');
  const one = await fetchHere(workspace, urlOf(folder), second);
  const send = (wanted: string, has: readonly string[]) =>
    bundle(one, { commit: wanted, ref: 'refs/heads/main', has });
  expect((await send(second, []))?.length).toBeGreaterThan(0);
  expect((await send(second, [first]))?.length).toBeGreaterThan(0);
  expect(await fetchHere(workspace, urlOf('/nowhere'), second)).toEqual(one);
  const third = commit('three');
  await fetchHere(workspace, urlOf(folder), third);
  expect((await send(third, [second]))?.length).toBeGreaterThan(0);
});

it('fetchHere() says that this machine cannot fetch, and that the commit is missing', async () => {
  const { folder, commit } = temporaryRepository();
  commit('one');
  const workspace = temporaryFolder();
  const unknown = 'a'.repeat(40);
  await expect(fetchHere(workspace, urlOf('/nowhere'), unknown)).rejects.toThrow(
    /^Cannot fetch from file:\/\/\/nowhere to this machine: fatal: /,
  );
  await expect(fetchHere(workspace, urlOf(folder), unknown)).rejects.toThrow(
    `Cannot find the commit ${unknown}: file://${folder} does not have it`,
  );
});
