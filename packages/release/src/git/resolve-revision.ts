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
 * Finds the commit of a branch, a tag, a remote's branch (`origin/main`), a whole name of a ref or a
 * hash, in this order; of the branch checked out without a revision.
 *
 * @throws Error when there is no such revision, with the nearest existing one; when a branch and a
 *   tag of that name are different commits.
 */
export async function resolveRevision(
  repository: Repository,
  revision: string | undefined,
): Promise<Resolved> {
  if (revision === undefined || revision === 'HEAD') return resolveHead(repository);
  const candidates = [
    ...['refs/heads/', 'refs/tags/', 'refs/remotes/'].map((prefix) => prefix + revision),
    ...(/^refs\/(?:heads|tags|remotes)\/./.test(revision) ? [revision] : []),
    ...(/^[0-9a-f]{4,64}$/i.test(revision) ? [revision] : []),
  ];
  for (const candidate of candidates) {
    const commit = await commitOf(repository, candidate);
    if (commit === undefined) continue;
    if (candidate.startsWith('refs/heads/')) {
      const tagged = await commitOf(repository, `refs/tags/${revision}`);
      if (tagged !== undefined) refuseAmbiguous(revision, commit, tagged);
    }
    return { commit, name: revision };
  }
  throw await unknownRevision(repository, revision);
}

/** @throws HintedError when a branch and a tag of one name are different commits. */
export function refuseAmbiguous(name: string, branch: string, tag: string): void {
  if (branch === tag) return;
  const [ofBranch, ofTag] = [branch, tag].map((commit) => commit.slice(0, 10));
  throw new HintedError(
    `Cannot deploy ${JSON.stringify(name)}: there is a branch of that name (${ofBranch ?? ''}) and a tag (${ofTag ?? ''})`,
    { hint: `name one of them: refs/heads/${name} or refs/tags/${name}` },
  );
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
  const what = `Cannot deploy ${JSON.stringify(revision)}: there is no such branch, tag or commit in ${repository.folder}`;
  return new HintedError(what, { hint: hintFor(repository, revision, names) });
}

function hintFor(repository: Repository, revision: string, names: readonly string[]): string {
  const remote = names.find((name) => name.endsWith(`/${revision}`));
  if (remote !== undefined) {
    return `there is ${remote}, the branch of a remote: --revision ${remote}, or git switch ${revision}`;
  }
  if (repository.shallow.size > 0) {
    return 'it is a shallow clone, which lacks older commits, other branches and tags; fetch them: git fetch --unshallow --tags (in a CI: fetch-depth: 0)';
  }
  return (
    didYouMean(revision, names) ??
    'fetch it first: git fetch --all --tags; if it is not there then, it was deleted, or never pushed'
  );
}
