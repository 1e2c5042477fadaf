import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { readRegularFile, systemReason } from '@fairness-deploy/shell/client';

const FILE = 'expected a path relative to the environment’s folder';

/** A file of the project, such as a template. A section checks by checkProjectFile() that it is there. */
export const projectFileSchema = z.string({ error: FILE }).min(1, 'expected a path');

/**
 * Checks that a file of the project can be read.
 *
 * @param path the key that names the file
 * @param file undefined: none is named
 * @param folder the environment's
 */
export function checkProjectFile(
  path: KeyPath,
  file: string | undefined,
  folder: string,
): readonly Issue[] {
  if (file === undefined) return [];
  const absolute = resolve(folder, file);
  if (!existsSync(absolute)) return [{ path, message: `there is no file ${absolute}` }];
  try {
    readRegularFile(absolute);
    return [];
  } catch (error) {
    return [{ path, message: `cannot read ${absolute}: ${systemReason(error)}` }];
  }
}
