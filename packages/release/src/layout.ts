import type { Application, Release } from '@fairness-deploy/core';

/**
 * Where an application's things are on a host; absolute paths. All of it is root's, but for
 * what the application's user has to write: what it could replace by a link would lead
 * root's hand elsewhere.
 */
export interface Layout {
  readonly home: string;
  /** The bare repository, the application's. */
  readonly repository: string;
  /** Root's; the folders in it are the application's. */
  readonly releases: string;
  readonly shared: string;
  /** The releases' environment files, by name, and what plugins put beside them: `<id>.<process>`. The application's. */
  readonly environments: string;
  /** The application's. */
  readonly npmCache: string;
  /** The HOME of installing and building, as the home itself is root's. The application's. */
  readonly userHome: string;
  /** One line of JSON for each deployment. Root's alone. */
  readonly history: string;
  /** The link to the running release. */
  readonly current: string;
}

export function layoutOf({ home }: Pick<Application, 'home'>): Layout {
  const shared = `${home}/shared`;
  return {
    home,
    repository: `${home}/repo.git`,
    releases: `${home}/releases`,
    shared,
    environments: `${shared}/env`,
    npmCache: `${shared}/npm-cache`,
    userHome: `${shared}/home`,
    history: `${shared}/history.jsonl`,
    current: `${home}/current`,
  };
}

/** A release's place in a layout. `directory` is the folder of the repository that is the application. */
export function releaseIn(
  layout: Layout,
  { id, commit, directory }: { id: string; commit: string; directory: string | undefined },
): Release {
  const root = `${layout.releases}/${id}`;
  return {
    id,
    commit,
    path: directory === undefined ? root : `${root}/${directory}`,
    environmentFile: `${layout.environments}/${id}`,
  };
}

/** The ref that keeps a release's commit in the host's repository. */
export function refOf(releaseId: string): string {
  return `refs/fairness-deploy/${releaseId}`;
}
