import type { Text } from '@fairness-deploy/shell/secret';
import { isUrl, parseRepositoryUrl, type RepositoryUrl } from './repository-url.js';

/** The source of a release's content. */
export type Origin =
  /** A repository on the client; its commits travel over the client's connection. */
  | { readonly via: 'bundle'; readonly path: string | undefined }
  /**
   * A repository at a URL. The host itself fetches from it, except in a rehearsal: its hosts may have no way there,
   * so this machine fetches, and sends the commits as those of a repository of its own.
   */
  | { readonly via: 'fetch'; readonly url: RepositoryUrl; readonly isFetchedHere?: true }
  /** An artifact that a target of the workspace builds on the client; it travels as commits do. */
  | ({ readonly via: 'artifact' } & ArtifactOrigin);

/** An Nx target, and the folder that it writes, relative to the workspace. */
export interface ArtifactOrigin {
  readonly target: string;
  readonly path: string;
}

/** The keys of the section that decide on the origin. */
export interface OriginKeys {
  readonly repository: Text | undefined;
  readonly via: 'bundle' | 'fetch' | undefined;
  readonly artifact: ArtifactOrigin | undefined;
  readonly revision: string | undefined;
}

/** What is wrong with a key, and a hint. */
export interface OriginProblem {
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}

/** Reads the origin of the releases from the section. */
export function originOf({
  repository,
  via,
  artifact,
  revision,
}: OriginKeys): Origin | OriginProblem {
  if (artifact) {
    const other = Object.entries({ repository, via, revision }).find(
      ([, value]) => value !== undefined,
    );
    if (!other) return { via: 'artifact', ...artifact };
    const [key] = other;
    return {
      key,
      message: 'cannot stand beside artifact, which is built of the files that this workspace has',
      hint: `remove ${key} (${key}: null where it is inherited), or artifact`,
    };
  }
  if (repository === undefined || !isUrl(repository)) return pathOf(repository, via);
  if (via === 'bundle') {
    return {
      key: 'repository',
      message: 'expected a path on this machine, as its commits are to be sent from here',
      hint: 'clone it and give the path of the clone, or write via: fetch',
    };
  }
  const url = parseRepositoryUrl(repository);
  if ('message' in url) return { key: 'repository', ...url };
  return { via: 'fetch', url };
}

function pathOf(repository: Text | undefined, via: OriginKeys['via']): Origin | OriginProblem {
  const key = 'repository';
  if (via === 'fetch') {
    return {
      key,
      message: 'expected a URL, as the host is to fetch from it',
      hint: 'such as https://host/project.git, or leave out via: fetch',
    };
  }
  if (repository && repository.secrets.length > 0) {
    return { key, message: 'a secret cannot stand in a path' };
  }
  const path = repository?.toString();
  if (path === '' || path?.includes('\0')) return { key, message: 'expected a path or a URL' };
  return { via: 'bundle', path };
}
