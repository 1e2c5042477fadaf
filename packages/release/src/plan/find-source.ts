import type { Application, Environment } from '@fairness-deploy/core';
import type { Artifact } from '../artifact/artifact.js';
import { findArtifact } from '../artifact/find-artifact.js';
import { checkDirectory } from '../git/check-directory.js';
import { fetchHere } from '../git/fetch-here.js';
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
import type { HostFilesQuery } from '../runtime/host-files.js';
import {
  askedFiles,
  readProjectFiles,
  type AskedFiles,
  type ProjectFiles,
} from '../runtime/project-files.js';
import { wantedNode } from '../runtime/wanted-node.js';
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
  readonly migrationsDigest: string;
  /** Their names; undefined: no folder is named, or the client does not have the commit. */
  readonly migrationFiles?: readonly string[];
  /** The artifact, when that is deployed instead of the commit's own files. */
  readonly artifact?: Artifact;
  /** Where this machine has fetched the commit instead of the host. */
  readonly fetched?: Repository;
  /** Of the commit, to choose its runtime; a host that fetches the commit itself reads them. */
  readonly files?: ProjectFiles | HostFilesQuery;
  /** The mirror whose index a host reads, when there are versions of Node.js to choose from. */
  readonly mirror?: string;
}

/**
 * Finds the commit to deploy, before any connection. Builds the artifact, if the section has one.
 *
 * @param wanted the revision of the option; default: the section's
 * @param tell shows the user a line of progress
 * @throws Error when the repository can't be read, or has no such revision or folder; when an
 *   artifact can't be built or used.
 */
export async function findSource(
  environment: Environment,
  section: ReleaseSection,
  wanted: string | undefined,
  tell: (line: string) => void = () => undefined,
): Promise<Source> {
  const revision = wanted ?? section.revision;
  if (revision !== undefined && !revisionSchema.safeParse(revision).success) {
    throw new Error(
      `Cannot deploy ${JSON.stringify(revision)}: expected a branch, a tag or a commit`,
    );
  }
  const time = new Date();
  const { application } = environment;
  if (section.origin.via === 'artifact') {
    const built = await findArtifact(environment, section, section.origin, revision, tell);
    const files = await filesOfArtifact(environment, section, built);
    return { ...built, time, ...runtimeInputs(application, section, built.commit, files) };
  }
  if (section.origin.via === 'fetch') {
    const { url, isFetchedHere } = section.origin;
    tell(`asking ${url.url} what ${revision ?? 'its main branch'} is`);
    const { commit, name } = await resolveRemote(url, revision, environment.workspace);
    const migrationsDigest = section.migrate === undefined ? '' : commit;
    const subject = `${name} of ${url.url}`;
    const warnings = await unpushed(environment.workspace, { commit, name });
    const asked = askedOf(application, section);
    if (isFetchedHere) tell(`fetching ${commit.slice(0, 10)} from ${url.url} to this machine`);
    const fetched = isFetchedHere && (await fetchHere(environment.workspace, url, commit));
    const files = fetched ? await readProjectFiles(fetched, commit, asked) : { url, commit, asked };
    return {
      ...{ commit, subject, author: 'its author', warnings, time, migrationsDigest },
      ...(fetched && { fetched }),
      ...runtimeInputs(application, section, commit, files),
    };
  }
  const repository = await openRepository(repositoryFolder(environment, section.origin.path));
  const { commit } = await resolveRevision(repository, revision);
  const short = commit.slice(0, 10);
  const [{ subject, author }, changed, unsent, migrations, files] = await Promise.all([
    describeCommit(repository, commit),
    warningsOf(repository, commit),
    findUnsent(repository, commit),
    migrationsOf(repository, commit, section),
    readProjectFiles(repository, commit, askedOf(application, section)),
    checkDirectory(repository, commit, section.directory, short),
  ]);
  const warnings = [...changed, ...refuseUnsent(unsent, section.directory, short)];
  return {
    ...{ commit, subject, author, warnings, time, ...migrations },
    ...runtimeInputs(application, section, commit, files),
  };
}

function askedOf(application: Application | undefined, { directory }: ReleaseSection): AskedFiles {
  return askedFiles(directory, application?.node?.file);
}

/** Those of the artifact; the version of Node.js may be in the commit that it was built of. */
async function filesOfArtifact(
  { application, workspace }: Environment,
  section: ReleaseSection,
  { artifact, commit }: Pick<Source, 'commit'> & { readonly artifact: Artifact },
): Promise<ProjectFiles> {
  const own = await readProjectFiles(
    artifact.repository,
    artifact.commit,
    askedOf(application, section),
  );
  const file = application?.node?.file;
  if (file === undefined) return own;
  const source = await openRepository(workspace);
  return new Map([
    ...(await readProjectFiles(source, commit, { texts: [file], locks: [] })),
    ...own,
  ]);
}

/**
 * What choosing a runtime takes; nothing for an application without Node.js.
 *
 * @throws HintedError when a file of the commit has no version of Node.js.
 */
function runtimeInputs(
  application: Application | undefined,
  { directory }: ReleaseSection,
  commit: string,
  files: ProjectFiles | HostFilesQuery,
): Pick<Source, 'files' | 'mirror'> {
  const node = application?.node;
  if (!node) return {};
  const readable = 'url' in files ? new Map<string, string>() : files;
  const hasChoice =
    ('url' in files && node.file !== undefined) ||
    wantedNode(node, readable, { commit, directory }).exact === undefined;
  return { files, ...(hasChoice && { mirror: node.mirror }) };
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
