import type { ScheduledJob } from '@fairness-deploy/core';
import { variablesPath, type Layout } from './layout.js';
import type { Program } from './program.js';
import type { Runtime } from './runtime.js';

/** A release on a host, for the plugins that start it. */
export interface Release {
  /** Its folder's name, such as `20261123-101502-3f2a1bc`. */
  readonly id: string;
  readonly commit: string;
  /** Absolute path of the release's folder on the host. */
  readonly path: string;
  /**
   * Absolute path of the variables that all its processes have, for other commands of the release:
   * lines `NAME='value'` for sh. Only the application's user may read it.
   */
  readonly variablesFile: string;
  /** The programs that it runs. */
  readonly programs: readonly Program[];
  /** The scheduled jobs that it runs on this host; undefined: none. */
  readonly schedules?: readonly ScheduledJob[];
  /** What it was installed and built with, and runs on; undefined: no Node.js. */
  readonly runtime?: Runtime;
  /** Set when it is the live release that restarts: then both colours may have it. See findColour(). */
  readonly restarts?: true;
}

/** A release's place in a layout. `directory` is the folder of the repository that is the application. */
export function releaseIn(
  layout: Layout,
  {
    id,
    commit,
    directory,
    programs,
    schedules = [],
    runtime,
  }: Pick<Release, 'id' | 'commit' | 'programs'> & {
    readonly directory: string | undefined;
    readonly schedules?: readonly ScheduledJob[];
    readonly runtime?: Runtime | undefined;
  },
): Release {
  const root = `${layout.releases}/${id}`;
  return {
    id,
    commit,
    path: directory === undefined ? root : `${root}/${directory}`,
    variablesFile: variablesPath(layout, id),
    programs,
    ...(schedules.length > 0 && { schedules }),
    ...(runtime && { runtime }),
  };
}

/** The folder of the scripts of a process that speaks FastCGI. */
export function scriptFolder(release: string, root: string): string {
  return root === '.' ? release : `${release}/${root}`;
}

/** The ref that keeps a release's commit in the host's repository. */
export function refOf(releaseId: string): string {
  return `refs/fairness-deploy/${releaseId}`;
}
