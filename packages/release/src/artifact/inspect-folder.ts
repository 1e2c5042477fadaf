import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { someOf } from '../some-of.js';

/** A folder that a target has written, and what is to be known of it. */
export interface InspectedFolder {
  /** Absolute, without links. */
  readonly folder: string;
  /** How many files and links it has. */
  readonly files: number;
  readonly warnings: readonly string[];
}

const CORRECT_PATH = 'correct "path" in "artifact" of the section "release"';

/**
 * Looks through the folder of an artifact.
 *
 * @param path relative to the workspace
 * @throws Error when it isn't there, is empty, is reached by a link that leads out of the
 *   workspace, or has what can't be sent.
 */
export async function inspectFolder(
  workspace: string,
  path: string,
  target: string,
): Promise<InspectedFolder> {
  const begin = `Cannot deploy ${path}`;
  const root = await realpath(workspace);
  const folder = await realpath(join(workspace, path)).catch(() => undefined);
  if (folder === undefined) {
    throw new HintedError(
      `${begin}: there is no such folder in the workspace after ${target} has run`,
      { hint: CORRECT_PATH },
    );
  }
  if (!within(root, folder)) {
    throw new Error(`${begin}: it is a link that leads out of the workspace, to ${folder}`);
  }
  const entries = await entriesOf(folder, begin);
  const foreign = namesOf(folder, entries, (entry) => entry.name.toLowerCase() === '.git');
  if (foreign.length > 0) {
    throw new HintedError(
      `${begin}: there is a git repository in it, whose files git would leave out: ${someOf(foreign)}`,
      { hint: `let ${target} not copy it` },
    );
  }
  const special = namesOf(folder, entries, (entry) => !isSent(entry) && !entry.isDirectory());
  if (special.length > 0) {
    throw new Error(`${begin}: these are neither files nor links: ${someOf(special)}`);
  }
  const sent = entries.filter(isSent);
  if (sent.length === 0) {
    throw new HintedError(`${begin}: there is no file in it after ${target} has run`, {
      hint: CORRECT_PATH,
    });
  }
  const empty = emptyFolders(folder, entries);
  const astray = await linksAstray(root, folder, entries);
  return {
    folder,
    files: sent.length,
    warnings: [
      ...(empty.length > 0 ? [`empty folders of ${path} are not sent: ${someOf(empty)}`] : []),
      ...(astray.length > 0
        ? [
            `links in ${path} lead to files of this machine, which the host lacks: ${someOf(astray)}`,
          ]
        : []),
    ],
  };
}

async function entriesOf(folder: string, begin: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw new Error(`${begin}: it cannot be read: ${failureOf(cause).message}`, { cause });
  }
}

function isSent(entry: Dirent): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

function namesOf(
  folder: string,
  entries: readonly Dirent[],
  which: (entry: Dirent) => boolean,
): readonly string[] {
  return entries.filter(which).map((entry) => relative(folder, pathOf(entry)));
}

/** Those that have neither a file nor a folder. */
function emptyFolders(folder: string, entries: readonly Dirent[]): readonly string[] {
  const filled = new Set(entries.map(({ parentPath }) => resolve(parentPath)));
  return namesOf(folder, entries, (entry) => entry.isDirectory() && !filled.has(pathOf(entry)));
}

/** Links to what is in the workspace, and not in the folder. */
async function linksAstray(
  root: string,
  folder: string,
  entries: readonly Dirent[],
): Promise<readonly string[]> {
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(pathOf);
  const led = await Promise.all(
    links.map(async (link) => ({ link, to: resolve(dirname(link), await readlink(link)) })),
  );
  return led
    .filter(({ to }) => within(root, to) && !within(folder, to))
    .map(({ link }) => relative(folder, link));
}

function pathOf({ parentPath, name }: Dirent): string {
  return resolve(parentPath, name);
}

function within(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}
