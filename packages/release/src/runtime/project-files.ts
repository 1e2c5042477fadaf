import { HintedError } from '@fairness-deploy/shell/text';
import { git } from '../git/git.js';
import type { Repository } from '../git/repository.js';

/**
 * The files of a commit that decide on its runtime: their text, by their path in the repository. Of
 * a lock file only its existence counts, and its text is empty.
 */
export type ProjectFiles = ReadonlyMap<string, string>;

/** The paths of files of a commit. */
export interface AskedFiles {
  readonly texts: readonly string[];
  readonly locks: readonly string[];
}

/** The lock files, and the package manager that writes each. */
export const LOCK_FILES = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
} as const;

/** The most bytes of a file whose text is read. */
export const MOST_BYTES = 1_000_000;

/** The application's folder and those above it, up to the repository's, which is ''. */
export function foldersUp(directory: string | undefined): readonly string[] {
  const parts = directory === undefined ? [] : directory.split('/');
  return [...parts.map((_, at) => parts.slice(0, parts.length - at).join('/')), ''];
}

/**
 * The files to read.
 *
 * @param file the one that has the version of Node.js
 */
export function askedFiles(directory: string | undefined, file: string | undefined): AskedFiles {
  const within = (names: readonly string[]): readonly string[] =>
    foldersUp(directory).flatMap((folder) => names.map((name) => join(folder, name)));
  return {
    texts: [...new Set(within(['package.json', ...(file === undefined ? [] : [file])]))],
    locks: within(Object.keys(LOCK_FILES)),
  };
}

/** A file in the application's folder or the nearest one above it. */
export function nearest(
  files: ProjectFiles,
  directory: string | undefined,
  name: string,
): { readonly path: string; readonly text: string } | undefined {
  for (const folder of foldersUp(directory)) {
    const path = join(folder, name);
    const text = files.get(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/**
 * Reads files of a commit, never of the work tree.
 *
 * @throws Error when git fails, or a file is larger than any of its kind.
 */
export async function readProjectFiles(
  repository: Repository,
  commit: string,
  { texts, locks }: AskedFiles,
): Promise<ProjectFiles> {
  const [kinds, contents] = await Promise.all([
    catFile(repository, commit, '--batch-check=%(objecttype)', locks),
    catFile(repository, commit, '--batch=%(objecttype) %(objectsize)', texts),
  ]);
  const found = kinds.toString().split('\n');
  const existing = locks.filter((_, at) => found[at] === 'blob');
  return new Map([
    ...existing.map((path) => [path, ''] as const),
    ...parseBatch(contents, texts, commit),
  ]);
}

async function catFile(
  { folder }: Repository,
  commit: string,
  form: string,
  paths: readonly string[],
): Promise<Buffer> {
  const input = paths.map((path) => `${commit}:${path}\n`).join('');
  const { status, stdout, stderr } = await git(['cat-file', form], { folder, input });
  if (status === 0) return stdout;
  throw new Error(`Cannot deploy from ${folder}: the files of ${commit} cannot be read: ${stderr}`);
}

/** Parses the output of `git cat-file --batch` for paths in their order. */
function parseBatch(
  output: Buffer,
  paths: readonly string[],
  commit: string,
): readonly (readonly [string, string])[] {
  let at = 0;
  return paths.flatMap((path) => {
    const end = output.indexOf('\n', at);
    const header = output.subarray(at, end).toString();
    at = end + 1;
    const [, type, size] = /^([a-z]+) (\d+)$/.exec(header) ?? [];
    // Such as `<name> missing`.
    if (size === undefined) return [];
    const content = output.subarray(at, at + Number(size));
    at += Number(size) + 1;
    if (type !== 'blob') return [];
    if (content.length > MOST_BYTES) throw tooLarge(path, commit);
    return [[path, content.toString()] as const];
  });
}

export function tooLarge(path: string, commit: string): HintedError {
  return new HintedError(
    `Cannot read ${path} of ${commit.slice(0, 10)}: it is larger than ${String(MOST_BYTES)} bytes`,
    { hint: 'correct the file, or name the version of Node.js: application.node' },
  );
}
