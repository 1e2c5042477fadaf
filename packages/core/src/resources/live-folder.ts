import type { Address, Resource } from '../resource/resource.js';
import type { LiveFile } from './live-file.js';

/** A folder of /etc whose files a program reads together, so that one of them can break it. */
export interface LiveFolder {
  /** Absolute. */
  readonly folder: string;
  /** How a file there, at an absolute path, is checked and loaded. */
  live(path: string): LiveFile;
  /** What every file there comes after if it is declared, such as the packages that install the program. */
  readonly follows?: readonly Address[];
}

/** Something at a path, which can be made into what is checked and loaded as its folder says. */
interface Placed {
  readonly path: string;
  withLive(live: LiveFile, follows: readonly Address[]): Resource;
}
const placed = new WeakMap<Resource, Placed>();

/** Says of a resource that it is one that {@link inLiveFolders} has to do with. */
export function place(resource: Resource, as: Placed): void {
  placed.set(resource, as);
}

/**
 * A resource as it has to be handled in the folders of programs: a file or link there is checked,
 * and loaded, as the first folder says that it is in. Others are returned as they are.
 */
export function inLiveFolders(resource: Resource, folders: readonly LiveFolder[]): Resource {
  const known = placed.get(resource);
  const folder = known && folders.find((one) => isIn(known.path, one));
  return folder ? known.withLive(folder.live(known.path), folder.follows ?? []) : resource;
}

function isIn(path: string, { folder }: LiveFolder): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
