import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ENVIRONMENT_FILE, NAME_PATTERN } from '../environment-name.js';
import { EnvironmentError } from '../issues/environment-error.js';
import { findWorkspace, NO_WORKSPACE } from './find-workspace.js';
import { didYouMean } from '../issues/nearest.js';
import { quoteText } from '../issues/show-value.js';

/** An environment by its name, or by its file. */
export type EnvironmentReference = string | { readonly workspace: string; readonly name: string };

/** Where an environment is; absolute paths. */
export interface EnvironmentLocation {
  readonly name: string;
  readonly workspace: string;
  readonly folder: string;
  readonly file: string;
}

/**
 * Finds an environment's file: `environments/<name>/environment.yaml`, or the path given.
 *
 * @param exists whether a file is there; default: on the disk
 * @throws EnvironmentError when the name can't be one, there is no such environment, or the
 *   file isn't in an Nx workspace.
 */
export function findEnvironment(
  reference: EnvironmentReference,
  exists: (file: string) => boolean = existsSync,
): EnvironmentLocation {
  if (typeof reference === 'string') return locationOf(resolve(reference));
  const workspace = resolve(reference.workspace);
  const folder = join(workspace, 'environments');
  const { name } = reference;
  const file = join(folder, NAME_PATTERN.test(name) ? name : '', ENVIRONMENT_FILE);
  if (NAME_PATTERN.test(name) && exists(file))
    return { name, workspace, folder: dirname(file), file };
  if (findWorkspace(workspace) === undefined) {
    throw new EnvironmentError(name, workspace, [
      { place: { file: workspace }, path: [], ...NO_WORKSPACE },
    ]);
  }
  const folders = environmentFolders(folder);
  if (folders.includes(name))
    throw badFolder(name, workspace, join(folder, name, ENVIRONMENT_FILE));
  const known = folders.filter((one) => NAME_PATTERN.test(one));
  const hint =
    didYouMean(name, known) ??
    (known.length > 0
      ? `there are: ${known.join(', ')}`
      : 'npx nx g @fairness-deploy/core:environment <name>');
  const message = NAME_PATTERN.test(name)
    ? 'there is no such file'
    : `expected an environment's name of ${EXPECTED}, got ${quoteText(name)}`;
  throw new EnvironmentError(name, workspace, [{ place: { file }, path: [], message, hint }]);
}

const EXPECTED = 'lower-case letters, digits and -, beginning with a letter';

/** There is such a folder, and no environment can have its name. */
function badFolder(name: string, workspace: string, file: string): EnvironmentError {
  const message = `an environment has its folder's name, which is ${quoteText(name)}: expected ${EXPECTED}`;
  return new EnvironmentError(name, workspace, [
    { place: { file }, path: [], message, hint: 'rename the folder' },
  ]);
}

function locationOf(file: string): EnvironmentLocation {
  const folder = dirname(file);
  const name = basename(folder);
  const workspace = findWorkspace(folder);
  const fail = (message: string, hint?: string): never => {
    const problem = { place: { file }, path: [], message, ...(hint === undefined ? {} : { hint }) };
    throw new EnvironmentError(name, workspace ?? folder, [problem]);
  };
  if (workspace === undefined) return fail(NO_WORKSPACE.message);
  if (!NAME_PATTERN.test(name)) throw badFolder(name, workspace, file);
  return { name, workspace, folder, file };
}

/** The folders with an environment's file, whatever their names. */
function environmentFolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, ENVIRONMENT_FILE)))
    .sort();
}
