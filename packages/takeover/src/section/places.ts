import { STATE } from '@fairness-deploy/core/engine';
import type { Application } from '@fairness-deploy/core';

/**
 * The old application counts as a release in blue, as long as no release of ours is live: the first
 * deployment takes green then. It has this id, and no folder.
 */
export const OLD_RELEASE = '00000000-000000-0000000';

/** The places of a takeover on the host. */
export interface Places {
  /** Root's alone. */
  readonly folder: string;
  /** What was found when the takeover began; while it is there, the takeover has not ended. */
  readonly record: string;
  /** The groups of the old programs in Supervisor, a name a line. */
  readonly groups: string;
  /** The old files of nginx and Supervisor. They stay. */
  readonly old: string;
  /** When the last copy of the uploads began, in seconds since 1970. */
  readonly copied: string;
  /** Whether all uploads are in their new place. */
  readonly safe: string;
  /** Whether the last copy has been sent whole. */
  readonly sent: string;
  /** The beginning of the names of files by which the folders of uploads are compared. */
  readonly compared: string;
}

export function placesOf({ name }: Pick<Application, 'name'>): Places {
  const folder = `${STATE}/takeover/${name}`;
  return {
    folder,
    record: `${folder}/record`,
    groups: `${folder}/groups`,
    old: `${folder}/old`,
    copied: `${folder}/copied`,
    safe: `${folder}/safe`,
    sent: `${folder}/sent`,
    compared: `${folder}/compared`,
  };
}
