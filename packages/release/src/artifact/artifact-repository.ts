import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitOutput } from '../git/git.js';
import type { Repository } from '../git/repository.js';
import { AS_IT_IS } from '../git/attributes.js';

/** How many artifacts are kept, so that the next one can be sent as its differences from them. */
const KEPT = 20;

/** No settings of the user's: git must make the same of a folder on each machine. */
const OWN = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/**
 * The author of a commit and the time, as git writes it: `Ana <ana@x.example> 1700000000 +0100`.
 */
export interface CommitDetails {
  readonly author: string;
  readonly committer: string;
  readonly message: string;
}

/** Where the client keeps artifacts: a cache, which may be removed at any time. */
export async function openArtifacts(
  workspace: string,
  format: 'sha1' | 'sha256',
): Promise<Repository> {
  const folder = join(workspace, 'node_modules/.cache/fairness-deploy', `artifacts-${format}`);
  await mkdir(folder, { recursive: true });
  await gitOutput(
    'Cannot keep what is built',
    ['init', '--quiet', '--template=', '--initial-branch=main', `--object-format=${format}`],
    { folder, env: OWN },
  );
  await mkdir(join(folder, '.git/info'), { recursive: true });
  await writeFile(join(folder, '.git/info/attributes'), `${AS_IT_IS}\n`);
  return { folder, bare: true, shallow: new Set() };
}

/** Takes a folder as it is, whatever git ignores elsewhere. @returns the hash of its tree */
export async function takeFolder(
  { folder: repository }: Repository,
  folder: string,
): Promise<string> {
  const index = join(repository, '.git', `index-${randomUUID()}`);
  const env = {
    ...OWN,
    GIT_DIR: join(repository, '.git'),
    GIT_WORK_TREE: folder,
    GIT_INDEX_FILE: index,
  };
  const exact = ['core.autocrlf=false', 'core.symlinks=true', 'core.fileMode=true'];
  const options = [...exact, 'core.looseCompression=1'].flatMap((option) => ['-c', option]);
  const failure = `Cannot deploy ${folder}: git cannot take its files`;
  try {
    await gitOutput(failure, [...options, 'add', '--force', '--all', '--', '.'], { folder, env });
    return (await gitOutput(failure, ['write-tree'], { folder, env })).toString().trim();
  } finally {
    await rm(index, { force: true });
  }
}

/** Makes a commit of a tree: the same content and origin always give the same commit. */
export async function commitTree(
  { folder }: Repository,
  tree: string,
  { author, committer, message }: CommitDetails,
): Promise<string> {
  const input = `tree ${tree}\nauthor ${author}\ncommitter ${committer}\n\n${message}`;
  const output = await gitOutput(
    'Cannot make a commit of what is built',
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    { folder, input, env: OWN },
  );
  return output.toString().trim();
}

/**
 * Keeps an artifact for the next ones, and removes the oldest.
 *
 * @returns the commits of those before that are kept, the newest first
 */
export async function keepArtifact(
  { folder }: Repository,
  commit: string,
): Promise<readonly string[]> {
  const failure = 'Cannot keep what is built';
  const output = await gitOutput(
    failure,
    ['for-each-ref', '--sort=-refname', '--format=%(refname) %(objectname)', 'refs/artifacts'],
    { folder, env: OWN },
  );
  const before = output
    .toString()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([ref, kept]) => (ref && kept ? [{ ref, commit: kept }] : []));
  const again = before.filter((one) => one.commit === commit);
  const others = before.filter((one) => one.commit !== commit);
  // By the time when they were made: a commit's own time is its source's.
  const name = `refs/artifacts/${String(Date.now()).padStart(15, '0')}-${commit.slice(0, 10)}`;
  const gone = [...again, ...others.slice(KEPT - 1)].filter(({ ref }) => ref !== name);
  const changes = [`update ${name} ${commit}`, ...gone.map(({ ref }) => `delete ${ref}`)];
  await gitOutput(failure, ['update-ref', '--stdin'], {
    folder,
    input: `${changes.join('\n')}\n`,
    env: OWN,
  });
  // Nothing depends on it.
  await git(['-c', 'gc.pruneExpire=1.day.ago', 'gc', '--auto', '--quiet'], { folder, env: OWN });
  return [...again, ...others.slice(0, KEPT - 1)].map((one) => one.commit);
}
