import type { DeployOptions, Environment, Source } from '@fairness-deploy/core';
import { resolveRemote } from './git/resolve-remote.js';
import {
  describeCommit,
  hasFolder,
  hasSubmodules,
  openRepository,
  repositoryFolder,
  uncommitted,
  type Repository,
} from './git/repository.js';
import { resolveRevision } from './git/resolve-revision.js';
import { revisionSchema, type ReleaseSection } from './section.js';

/** A commit of a git repository, to be deployed. */
export interface GitSource extends Source {
  /** When it was found: all hosts name their release of it after this. */
  readonly time: Date;
}

/**
 * Finds the commit to deploy.
 *
 * @throws Error when the repository can't be read, or has no such revision or folder.
 */
export async function findSource(
  environment: Environment,
  section: ReleaseSection,
  options: DeployOptions,
): Promise<GitSource> {
  const revision = options.revision ?? section.revision;
  if (revision !== undefined && !revisionSchema.safeParse(revision).success) {
    throw new Error(
      `Cannot deploy ${JSON.stringify(revision)}: expected a branch, a tag or a commit`,
    );
  }
  const time = new Date();
  if (section.origin.via === 'fetch') {
    const { url } = section.origin;
    const { commit, name } = await resolveRemote(url, revision, environment.workspace);
    return { commit, subject: `${name} of ${url.url}`, author: 'its author', warnings: [], time };
  }
  const repository = await openRepository(repositoryFolder(environment, section.origin.path));
  const { commit } = await resolveRevision(repository, revision);
  const [{ subject, author }, warnings] = await Promise.all([
    describeCommit(repository, commit),
    warningsOf(repository, commit),
    checkFolder(repository, commit, section.directory),
  ]);
  return { commit, subject, author, warnings, time };
}

async function checkFolder(
  repository: Repository,
  commit: string,
  directory: string | undefined,
): Promise<void> {
  if (directory === undefined || (await hasFolder(repository, commit, directory))) return;
  throw new Error(
    `Cannot deploy ${commit.slice(0, 10)}: it has no folder ${JSON.stringify(directory)}; correct "directory" in the section "release"`,
  );
}

async function warningsOf(repository: Repository, commit: string): Promise<readonly string[]> {
  const [submodules, checkedOut] = await Promise.all([
    hasSubmodules(repository, commit),
    resolveRevision(repository, undefined).catch(() => undefined),
  ]);
  // What isn't committed on another branch is of no concern.
  const changed = checkedOut?.commit === commit ? await uncommitted(repository) : [];
  return [
    ...(changed.length > 0 ? [uncommittedWarning(repository, changed)] : []),
    ...(submodules
      ? ['the commit has submodules, which are not deployed: their folders stay empty']
      : []),
  ];
}

function uncommittedWarning({ folder }: Repository, paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map((path) => JSON.stringify(path));
  const more =
    paths.length > shown.length ? ` and ${String(paths.length - shown.length)} more` : '';
  return `uncommitted changes in ${folder} are not deployed: ${shown.join(', ')}${more}`;
}
