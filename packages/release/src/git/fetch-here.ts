import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import type { RepositoryUrl } from '../section/repository-url.js';
import { authorizationEnvironment, authorizationFor, redirectHint } from './authorization.js';
import { git, gitOutput } from './git.js';
import type { Repository } from './repository.js';

/** As on a host: without a background process, and with a timeout when the network stalls. */
const SETTINGS = [
  'gc.auto=0',
  'maintenance.auto=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
].flatMap((setting) => ['-c', setting]);

/**
 * Fetches a commit and its history from a URL to this machine, with the git and the settings of the user: into a
 * cache, which may be removed at any time.
 *
 * @throws HintedError when this machine can't fetch it.
 */
export async function fetchHere(
  workspace: string,
  url: RepositoryUrl,
  commit: string,
): Promise<Repository> {
  const format = commit.length === 64 ? 'sha256' : 'sha1';
  const folder = join(workspace, 'node_modules/.cache/fairness-deploy', `fetched-${format}.git`);
  const repository = { folder, bare: true, shallow: new Set<string>() };
  await mkdir(folder, { recursive: true });
  await gitOutput(
    'Cannot keep what is fetched',
    ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`],
    { folder },
  );
  const ref = `refs/fetched/${commit}`;
  // A ref is written when all of its history has come.
  if ((await git(['rev-parse', '--verify', '--quiet', ref], { folder })).status === 0)
    return repository;
  const authorization = authorizationFor(url);
  const options = { folder, env: authorizationEnvironment(authorization) };
  const fetch = [
    ...[...authorization.options, ...SETTINGS],
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', url.url],
  ];
  // Not every server sends a commit by its hash.
  if ((await git([...fetch, `${commit}:${ref}`], options)).status === 0) return repository;
  const refs = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/remotes/tags/*'];
  const { status, stderr } = await git([...fetch, ...refs], options);
  if (status !== 0) {
    throw new HintedError(`Cannot fetch from ${url.url} to this machine: ${stderr}`, {
      hint:
        redirectHint(url) ??
        `a rehearsal sends the commits from this machine: see that it can read them: git ls-remote ${url.url}`,
    });
  }
  if ((await git(['update-ref', ref, commit], { folder })).status === 0) return repository;
  throw new HintedError(`Cannot find the commit ${commit}: ${url.url} does not have it`, {
    hint: 'push it first',
  });
}
