import type { Address } from '../resource/resource.js';
import type { LiveFile } from './live-file.js';

/** A folder of /etc whose files a program reads together, so that one of them can break it. */
export interface LiveFolder {
  /** Absolute. */
  readonly folder: string;
  /** How a file there, at an absolute path, is checked and loaded. */
  live(path: string): LiveFile;
  /** What every file there comes after if it is declared, such as the packages that bring the program. */
  readonly follows?: readonly Address[];
}

/** The first of the folders that a path is in. */
export function liveFolderOf(path: string, folders: readonly LiveFolder[]): LiveFolder | undefined {
  return folders.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));
}
