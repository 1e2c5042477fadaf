import { HintedError } from '@fairness-deploy/shell/text';
import { isCommit } from '../application/release-id.js';
import { git, gitOutput } from './git.js';
import type { Repository } from './repository.js';

/** The content of a bundle. */
export interface BundleContent {
  readonly commit: string;
  /** The name of the commit in the bundle. */
  readonly ref: string;
  /** Commits that the receiver has, with all their objects. */
  readonly has: readonly string[];
}

/**
 * Makes a git bundle of a commit with the objects that the receiver lacks (gitformat-bundle(5)).
 * `git bundle create` needs a ref, and the user's repository must not get one; so this writes the
 * header, and git makes the pack.
 *
 * @returns undefined when the receiver has everything.
 * @throws Error when the repository is shallow and lacks a part of what has to be sent.
 */
export async function bundle(
  repository: Repository,
  { commit, ref, has }: BundleContent,
): Promise<Uint8Array | undefined> {
  if (has.includes(commit)) return undefined;
  const shared = await knownCommits(repository, has);
  const range = [commit, ...shared.map((base) => `^${base}`)];
  const missing = await commitsIn(repository, range);
  if (missing.length === 0) return undefined;
  if (missing.some((each) => repository.shallow.has(each))) {
    throw new HintedError(
      `Cannot deploy from ${repository.folder}: it is a shallow clone, and the host lacks commits that come before it`,
      {
        hint: 'fetch them: git fetch --unshallow (in a CI, check out the whole history: fetch-depth: 0)',
      },
    );
  }
  const pack = await gitOutput(
    `Cannot deploy from ${repository.folder}: git cannot pack ${commit}`,
    ['pack-objects', '--revs', '--thin', '--delta-base-offset', '--stdout', '-q'],
    { folder: repository.folder, input: lines(range) },
  );
  return bundleOf({ commit, ref, has: shared }, pack);
}

/** A bundle of an existing pack. */
export function bundleOf({ commit, ref, has }: BundleContent, pack: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(header(commit, ref, has)), pack]);
}

function header(commit: string, ref: string, prerequisites: readonly string[]): string {
  // Version 3 is for other hashes than SHA-1, and older gits don't know it.
  const format =
    commit.length === 64 ? ['# v3 git bundle', '@object-format=sha256'] : ['# v2 git bundle'];
  return `${lines([...format, ...prerequisites.map((base) => `-${base}`), `${commit} ${ref}`])}\n`;
}

/** The receiver's commits that this repository has as well: git can't use others as a base. */
async function knownCommits(
  { folder }: Repository,
  commits: readonly string[],
): Promise<readonly string[]> {
  const asked = [...new Set(commits.filter(isCommit))];
  if (asked.length === 0) return [];
  const { stdout } = await git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    folder,
    input: lines(asked),
  });
  return stdout
    .toString()
    .split('\n')
    .flatMap((line) => /^([0-9a-f]+) commit$/.exec(line)?.[1] ?? []);
}

async function commitsIn(
  { folder }: Repository,
  range: readonly string[],
): Promise<readonly string[]> {
  const output = await gitOutput(
    `Cannot deploy from ${folder}: its history cannot be read`,
    ['rev-list', '--stdin'],
    { folder, input: lines(range) },
  );
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\n`).join('');
}
