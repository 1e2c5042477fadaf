import { HintedError } from '@fairness-deploy/shell/text';
import type { Environment } from '@fairness-deploy/core';
import { checkDirectory } from '../git/check-directory.js';
import { gitOutput } from '../git/git.js';
import { describeCommit, openRepository, uncommitted, type Repository } from '../git/repository.js';
import { resolveRevision } from '../git/resolve-revision.js';
import { findUnsent, refuseUnsent } from '../git/unsent-files.js';
import { migrationsOf } from '../git/migrations-of.js';
import type { ArtifactOrigin } from '../section/origin.js';
import type { ReleaseSection } from '../section/section.js';
import { someOf } from '../some-of.js';
import type { Artifact } from './artifact.js';
import { commitTree, keepArtifact, openArtifacts, takeFolder } from './artifact-repository.js';
import { inspectFolder } from './inspect-folder.js';
import { runTarget } from './run-target.js';

/** An artifact, and the commit that it was built of. */
export interface BuiltSource {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  readonly warnings: readonly string[];
  readonly migrationsDigest: string;
  readonly artifact: Artifact;
}

/**
 * Builds the artifact of the commit checked out, and makes a commit of it in a repository of its
 * own.
 *
 * @param revision the revision that the user asks for: only the commit checked out can be built
 * @param tell shows the user a line about the progress
 * @throws Error when it can't be built, or its folder can't be used.
 */
export async function findArtifact(
  environment: Environment,
  section: ReleaseSection,
  { target, path }: ArtifactOrigin,
  revision: string | undefined,
  tell: (line: string) => void,
): Promise<BuiltSource> {
  const { workspace } = environment;
  const source = await openRepository(
    workspace,
    'an artifact is named after the commit that it is built of: git init, and commit',
  );
  const commit = await checkedOut(source, target, revision);
  const changed = await uncommitted(source, path);
  tell(`building ${target}`);
  const milliseconds = await runTarget(workspace, target);
  if ((await resolveRevision(source, undefined)).commit !== commit) {
    throw new HintedError(
      `Cannot deploy ${commit.slice(0, 10)}: another commit was checked out while ${target} was built`,
      { hint: 'deploy again' },
    );
  }
  const { folder, files, warnings } = await inspectFolder(workspace, path, target);
  tell(
    `${target} succeeded after ${(milliseconds / 1000).toFixed(1)} s: ${String(files)} ${files === 1 ? 'file' : 'files'} in ${path}`,
  );
  const { subject: plain, author } = await describeCommit(source, commit);
  const subject = changed.length > 0 ? `${plain} (with uncommitted changes)` : plain;
  const artifacts = await openArtifacts(workspace, commit.length === 64 ? 'sha256' : 'sha1');
  const made = await commitTree(artifacts, await takeFolder(artifacts, folder), {
    ...(await peopleOf(source, commit)),
    message: `${subject}\n\n${path} as ${target} has built it.\n\nSource: ${commit}\n`,
  });
  await checkDirectory(artifacts, made, section.directory, path);
  const unsent = refuseUnsent(
    ...([await findUnsent(artifacts, made), section.directory, path] as const),
    'get them, and build again: git lfs pull',
  );
  return {
    ...{ commit, subject, author },
    warnings: [
      ...(changed.length > 0 ? [uncommittedWarning(source, changed)] : []),
      ...warnings,
      ...unsent,
    ],
    ...(await migrationsOf(artifacts, made, section)),
    artifact: {
      commit: made,
      repository: artifacts,
      known: await keepArtifact(artifacts, made),
    },
  };
}

async function checkedOut(
  source: Repository,
  target: string,
  revision: string | undefined,
): Promise<string> {
  const { commit } = await resolveRevision(source, undefined);
  if (revision === undefined) return commit;
  if ((await resolveRevision(source, revision)).commit === commit) return commit;
  throw new HintedError(
    `Cannot deploy ${JSON.stringify(revision)}: it isn't checked out, and ${target} builds what is`,
    { hint: `check it out first: git switch --detach ${revision}` },
  );
}

/** Who wrote a commit and who committed it, and when. */
async function peopleOf(
  { folder }: Repository,
  commit: string,
): Promise<{ readonly author: string; readonly committer: string }> {
  const format = '--format=%an%x00<%ae> %ad%x00%cn%x00<%ce> %cd';
  const options = ['-s', '--no-show-signature', '--encoding=UTF-8', '--date=raw', format];
  const output = await gitOutput(
    `Cannot deploy from ${folder}: the commit ${commit} cannot be read`,
    ['show', ...options, commit, '--'],
    { folder },
  );
  const parts = output.toString().trim().split('\0');
  const [author = '', written = '', committer = '', committed = ''] = parts;
  // git can read a commit without names, but not write one.
  return {
    author: `${author || 'unknown'} ${written}`,
    committer: `${committer || 'unknown'} ${committed}`,
  };
}

function uncommittedWarning({ folder }: Repository, paths: readonly string[]): string {
  return `uncommitted changes in ${folder} are built and deployed as well: ${someOf(paths)}`;
}
