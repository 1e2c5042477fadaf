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
  /** Dependencies as they were installed, by what they follow from. Root's. */
  readonly dependencies: string;
  /** One line of JSON for each deployment. Root's alone. */
  readonly history: string;
  /** The deployment that is under way, or was cut off. Root's alone. */
  readonly pending: string;
}

export function releaseLayoutOf(application: Pick<Application, 'name' | 'home'>): ReleaseLayout {
  const layout = layoutOf(application);
  return {
    ...layout,
    repository: `${layout.home}/repo.git`,
    npmCache: `${layout.shared}/npm-cache`,
    dependencies: `${layout.shared}/dependencies`,
    history: `${layout.shared}/history.jsonl`,
    pending: `${layout.shared}/deploying`,
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
