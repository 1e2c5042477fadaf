import type { Environment } from '@fairness-deploy/core';
import type { Artifact } from '../artifact/artifact.js';
import { findArtifact } from '../artifact/find-artifact.js';
import { checkDirectory } from '../git/check-directory.js';
import { resolveRemote } from '../git/resolve-remote.js';
import {
  describeCommit,
  openRepository,
  repositoryFolder,
  uncommitted,
  type Repository,
} from '../git/repository.js';
import { resolveRevision } from '../git/resolve-revision.js';
import { unpushed } from '../git/unpushed.js';
import { findUnsent, refuseUnsent } from '../git/unsent-files.js';
import { migrationsOf } from '../git/migrations-of.js';
import { someOf } from '../some-of.js';
import { revisionSchema, type ReleaseSection } from '../section/section.js';

/** A commit of a git repository, to be deployed. */
export interface Source {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Warnings before it goes live: uncommitted changes are not deployed. */
  readonly warnings: readonly string[];
  /** When it was found: all hosts name their release of it after this. */
  readonly time: Date;
  /** A digest of its migrations. */
  readonly migrations: string;
  /** The artifact, when that is deployed instead of the commit's own files. */
  readonly artifact?: Artifact;
}

/**
 * Finds the commit to deploy, before any connection. Builds the artifact, if the section has one.
 *
 * @param asked the revision of the option; default: the section's
 * @param tell shows the user a line of progress
 * @throws Error when the repository can't be read, or has no such revision or folder; when an
 *   artifact can't be built or used.
 */
export async function findSource(
  environment: Environment,
  section: ReleaseSection,
  asked: string | undefined,
  tell: (line: string) => void = () => undefined,
): Promise<Source> {
  const revision = asked ?? section.revision;
  if (revision !== undefined && !revisionSchema.safeParse(revision).success) {
    throw new Error(
      `Cannot deploy ${JSON.stringify(revision)}: expected a branch, a tag or a commit`,
    );
  }
  const time = new Date();
  if (section.origin.via === 'artifact') {
    return { ...(await findArtifact(environment, section, section.origin, revision, tell)), time };
  }
  if (section.origin.via === 'fetch') {
    const { url } = section.origin;
    tell(`asking ${url.url} what ${revision ?? 'its main branch'} is`);
    const { commit, name } = await resolveRemote(url, revision, environment.workspace);
    const migrations = section.migrate === undefined ? '' : commit;
    const subject = `${name} of ${url.url}`;
    const warnings = await unpushed(environment.workspace, { commit, name });
    return { commit, subject, author: 'its author', warnings, time, migrations };
  }
  const repository = await openRepository(repositoryFolder(environment, section.origin.path));
  const { commit } = await resolveRevision(repository, revision);
  const short = commit.slice(0, 10);
  const [{ subject, author }, changed, unsent, migrations] = await Promise.all([
    describeCommit(repository, commit),
    warningsOf(repository, commit),
    findUnsent(repository, commit),
    migrationsOf(repository, commit, section),
    checkDirectory(repository, commit, section.directory, short),
  ]);
  const warnings = [...changed, ...refuseUnsent(unsent, section.directory, short)];
  return { commit, subject, author, warnings, time, migrations };
}

async function warningsOf(repository: Repository, commit: string): Promise<readonly string[]> {
  const checkedOut = await resolveRevision(repository, undefined).catch(() => undefined);
  // Uncommitted changes on another branch don't matter.
  const changed = checkedOut?.commit === commit ? await uncommitted(repository) : [];
  return changed.length > 0 ? [uncommittedWarning(repository, changed)] : [];
}

function uncommittedWarning({ folder }: Repository, paths: readonly string[]): string {
  return `uncommitted changes in ${folder} are not deployed: ${someOf(paths)}`;
}
