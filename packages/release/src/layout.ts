import {
  environmentPath,
  layoutOf,
  type Application,
  type Layout,
  type Release,
} from '@fairness-deploy/core';

/** Where an application's things are on a host, with those that only releasing knows of. */
export interface ReleaseLayout extends Layout {
  /** The bare repository, the application's. */
  readonly repository: string;
  /** The application's. */
  readonly npmCache: string;
  /** One line of JSON for each deployment. Root's alone. */
  readonly history: string;
}

export function releaseLayoutOf(application: Pick<Application, 'name' | 'home'>): ReleaseLayout {
  const layout = layoutOf(application);
  return {
    ...layout,
    repository: `${layout.home}/repo.git`,
    npmCache: `${layout.shared}/npm-cache`,
    history: `${layout.shared}/history.jsonl`,
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
    environmentFile: environmentPath(layout, id),
  };
}

/** The ref that keeps a release's commit in the host's repository. */
export function refOf(releaseId: string): string {
  return `refs/fairness-deploy/${releaseId}`;
}
