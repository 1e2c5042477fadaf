import type { ClientCheck, Environment, Finding } from '@fairness-deploy/core';
import { isCommit } from '../application/release-id.js';
import { describeCommit, openRepository, repositoryFolder } from '../git/repository.js';
import { resolveRemote } from '../git/resolve-remote.js';
import { resolveRevision } from '../git/resolve-revision.js';
import type { ReleaseSection } from '../section/section.js';

/** The newest commit of a branch or a tag. */
interface Newest {
  readonly revision: string;
  readonly commit: string;
  /** Undefined: this machine does not have it. */
  readonly subject?: string;
}

/**
 * Whether the live release is of the newest commit of the section's revision; none where that is a commit
 * itself, or whatever is checked out.
 */
export function branchChecks(
  environment: Environment,
  section: ReleaseSection,
): readonly ClientCheck[] {
  const { revision } = section;
  if (revision === undefined || isCommit(revision)) return [];
  return [
    {
      name: 'branch',
      layer: 'upkeep',
      async ask() {
        const newest = await findNewest(environment, section, revision);
        return (onHost) => judgeBranch(onHost, newest, environment.name);
      },
    },
  ];
}

async function findNewest(
  environment: Environment,
  { origin }: ReleaseSection,
  revision: string,
): Promise<Newest> {
  if (origin.via === 'fetch') {
    const { commit } = await resolveRemote(origin.url, revision, environment.workspace);
    return { revision, commit };
  }
  const path = origin.via === 'artifact' ? undefined : origin.path;
  const repository = await openRepository(repositoryFolder(environment, path));
  const { commit } = await resolveRevision(repository, revision);
  const { subject } = await describeCommit(repository, commit);
  return { revision, commit, subject };
}

/** Compares with the commit that the release's own finding has. Pure. */
export function judgeBranch(
  onHost: readonly Finding[],
  { revision, commit, subject }: Newest,
  environment: string,
): readonly Finding[] {
  const live = onHost.find(({ name, data }) => name === 'release' && 'commit' in data)?.data[
    'commit'
  ];
  if (typeof live !== 'string') return [];
  const short = commit.slice(0, 10);
  const data = { revision, newest: commit, live };
  if (live === commit) {
    return [
      { name: 'branch', level: 'ok', text: `the newest commit of ${revision} is live`, data },
    ];
  }
  const named = subject === undefined ? short : `${short} "${subject}"`;
  return [
    {
      ...{ name: 'branch', level: 'warn', data },
      text: `${revision} is at ${named}, and ${live.slice(0, 10)} is live`,
      hint: `npx nx run ${environment}:deploy, or git pull where this machine is behind`,
    },
  ];
}
