import type { Address, Resource } from '../resource/resource.js';
import type { LiveFile } from './live-file.js';

/** A folder of /etc whose files a program reads together, so that one of them can break it. */
export interface LiveFolder {
  /** Absolute. */
  readonly folder: string;
  /** How to check and load a file there, at an absolute path. */
  live(path: string): LiveFile;
  /**
   * The resources that every file there comes after if they are declared, such as the packages that
   * install the program.
   */
  readonly follows?: readonly Address[];
}

/**
 * A file or link at a path, which can be made into one that is checked and loaded as its folder
 * says.
 */
interface Placed {
  readonly path: string;
  withLive(live: LiveFile, follows: readonly Address[]): Resource;
}
const placed = new WeakMap<Resource, Placed>();

/** Marks a resource for {@link inLiveFolders}. */
export function place(resource: Resource, as: Placed): void {
  placed.set(resource, as);
}

/**
 * A resource for the folders of programs: a file or link is checked, and loaded, as the first
 * folder around it says. Other resources are returned as they are.
 */
export function inLiveFolders(resource: Resource, folders: readonly LiveFolder[]): Resource {
  const known = placed.get(resource);
  const folder = known && folders.find((one) => isIn(known.path, one));
  return folder ? known.withLive(folder.live(known.path), folder.follows ?? []) : resource;
}

/** How a file at a path goes live, as the first folder around it says; undefined where no program reads it. */
export function liveAt(path: string, folders: readonly LiveFolder[]): LiveFile | undefined {
  return folders.find((one) => isIn(path, one))?.live(path);
}

function isIn(path: string, { folder }: LiveFolder): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
