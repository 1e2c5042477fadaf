import { HintedError } from '@fairness-deploy/shell/text';
import { didYouMean } from '@fairness-deploy/environment-file';
import { isCommit } from '../application/release-id.js';
import { git, gitOutput } from './git.js';
import type { Repository } from './repository.js';

/**
 * A commit, and the name by which it was found: `main`, or `HEAD` when no branch is checked out.
 */
export interface Resolved {
  readonly commit: string;
  readonly name: string;
}

/**
 * Finds the commit of a branch, a tag, a remote's branch (`origin/main`) or a hash, in this order;
 * of the branch checked out without a revision.
 *
 * @throws Error when there is no such revision, with the nearest existing one.
 */
export async function resolveRevision(
  repository: Repository,
  revision: string | undefined,
): Promise<Resolved> {
  if (revision === undefined || revision === 'HEAD') return resolveHead(repository);
  const candidates = [
    ...['refs/heads/', 'refs/tags/', 'refs/remotes/'].map((prefix) => prefix + revision),
    ...(/^[0-9a-f]{4,64}$/i.test(revision) ? [revision] : []),
  ];
  for (const candidate of candidates) {
    const commit = await commitOf(repository, candidate);
    if (commit !== undefined) return { commit, name: revision };
  }
  throw await unknownRevision(repository, revision);
}

async function resolveHead(repository: Repository): Promise<Resolved> {
  const [commit, branch] = await Promise.all([
    commitOf(repository, 'HEAD'),
    git(['symbolic-ref', '--quiet', '--short', 'HEAD'], repository),
  ]);
  if (commit === undefined) {
    throw new Error(
      `Cannot deploy from ${repository.folder}: the branch checked out has no commit yet`,
    );
  }
  return { commit, name: branch.status === 0 ? branch.stdout.toString().trim() : 'HEAD' };
}

async function commitOf(repository: Repository, name: string): Promise<string | undefined> {
  const { status, stdout } = await git(
    ['rev-parse', '--verify', '--quiet', `${name}^{commit}`],
    repository,
  );
  const commit = stdout.toString().trim();
  return status === 0 && isCommit(commit) ? commit : undefined;
}

async function unknownRevision(repository: Repository, revision: string): Promise<Error> {
  const output = await gitOutput(
    `Cannot deploy from ${repository.folder}`,
    [
      'for-each-ref',
      '--count=2000',
      '--format=%(refname)',
      'refs/heads',
      'refs/tags',
      'refs/remotes',
    ],
    repository,
  );
  const names = output
    .toString()
    .split('\n')
    .map((ref) => ref.replace(/^refs\/(?:heads|tags|remotes)\//, ''));
  const near = didYouMean(revision, names);
  const what = `Cannot deploy ${JSON.stringify(revision)}: there is no such branch, tag or commit in ${repository.folder}`;
  return new HintedError(what, { hint: near ?? 'fetch it first: git fetch --all --tags' });
}
