import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { didYouMean } from '@fairness-deploy/environment-file';
import { isCommit } from '../application/release-id.js';
import type { RepositoryUrl } from '../section/repository-url.js';
import { gitOutput, type GitOptions } from './git.js';
import { refuseAmbiguous, type Resolved } from './resolve-revision.js';
import { authorizationEnvironment, authorizationFor, redirectHint } from './authorization.js';

/** Enough for the slowest server, and for a million branches and tags. */
const LIMITS = { seconds: 60, bytes: 128 * 1024 * 1024 };

/**
 * Finds the commit of a branch, a tag or the beginning of a hash in a repository at a URL; of its
 * main branch without a revision. A whole hash is used as it is: then the client need not reach the
 * URL.
 *
 * @throws Error when the URL can't be reached from here, or has no such revision.
 */
export async function resolveRemote(
  url: RepositoryUrl,
  revision: string | undefined,
  folder: string,
  limits: GitOptions['limits'] = LIMITS,
): Promise<Resolved> {
  if (revision !== undefined && isCommit(revision)) return { commit: revision, name: revision };
  const authorization = authorizationFor(url);
  const output = await gitOutput(
    `Cannot find out what to deploy: ${url.url} cannot be read from this machine`,
    [...authorization.options, 'ls-remote', '--symref', '--', url.url],
    { folder, env: authorizationEnvironment(authorization), limits },
  ).catch((error: unknown) => {
    throw unreadable(error, url);
  });
  return findRevision(output.toString(), revision, url.url);
}

/** curl's message about a redirect that isn't followed. */
const REDIRECT = /returned error: 30[12378]$/;

function unreadable(error: unknown, url: RepositoryUrl): unknown {
  const known = failureOf(error);
  if (known.hint !== undefined) return error;
  const hint = redirectHint(url);
  if (hint === undefined || !REDIRECT.test(known.message)) {
    return new HintedError(known.message, {
      hint: 'if only the host can read it, give a whole commit hash as the revision',
      cause: error,
    });
  }
  return new HintedError(`${known.message}: the server redirects`, { hint, cause: error });
}

/**
 * Finds a revision in the output of `git ls-remote --symref`.
 *
 * @throws Error when there is none, with the nearest existing one.
 */
function findRevision(output: string, revision: string | undefined, url: string): Resolved {
  const refs = new Map<string, string>();
  let head: string | undefined;
  for (const line of output.split('\n')) {
    const [value = '', ref = ''] = line.split('\t');
    if (isCommit(value)) refs.set(ref, value);
    else if (ref === 'HEAD') head = /^ref: refs\/heads\/(.+)$/.exec(value)?.[1];
  }
  const name = revision ?? head ?? 'HEAD';
  // An annotated tag's own line names the tag, the one with ^{} its commit; git-ls-remote(1).
  const branch = refs.get(`refs/heads/${name}`);
  const tag = refs.get(`refs/tags/${name}^{}`) ?? refs.get(`refs/tags/${name}`);
  if (branch !== undefined && tag !== undefined) refuseAmbiguous(name, branch, tag);
  const commit = branch ?? tag ?? refs.get(`${name}^{}`) ?? refs.get(name);
  if (commit !== undefined) return { commit, name };
  const begun = new Set([...refs.values()].filter((value) => value.startsWith(name)));
  const [only] = begun;
  if (/^[0-9a-f]{4,}$/.test(name) && only !== undefined && begun.size === 1)
    return { commit: only, name };
  if (revision === undefined) {
    throw new HintedError(
      `Cannot deploy from ${url}: it has no main branch${head === undefined ? '' : `: ${head} was deleted, or has no commit yet`}`,
      { hint: 'name a branch, a tag or a commit as "revision" in the section "release"' },
    );
  }
  if (/^[0-9a-f]{4,}$/.test(name)) {
    throw new HintedError(
      `Cannot deploy ${JSON.stringify(name)}: ${begun.size > 1 ? 'several branches and tags begin with it' : 'no branch and no tag is at that commit'} at ${url}`,
      {
        hint: 'give the whole commit hash; when the commit is not pushed yet, push it first: git push',
      },
    );
  }
  const near = didYouMean(name, names(refs.keys()));
  throw new HintedError(
    `Cannot deploy ${JSON.stringify(name)}: there is no such branch or tag at ${url}`,
    {
      hint: near ?? 'it was deleted there, or never pushed: git push, or give a whole commit hash',
    },
  );
}

function names(refs: Iterable<string>): readonly string[] {
  return [...refs].flatMap(
    (ref) => /^refs\/(?:heads|tags)\/(.+?)(?:\^\{\})?$/.exec(ref)?.[1] ?? [],
  );
}
