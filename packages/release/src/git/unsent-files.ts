import { HintedError } from '@fairness-deploy/shell/text';
import { someOf } from '../some-of.js';
import { gitOutput } from './git.js';
import type { Repository } from './repository.js';

/** What a host does not get with a commit: git sends neither submodules nor the files of Git LFS. */
export interface UnsentFiles {
  /** The folders of submodules. */
  readonly submodules: readonly string[];
  /** Files that are pointers of Git LFS. */
  readonly pointers: readonly string[];
}

/** The sizes that a pointer can have, in bytes (Git LFS specification, "The Pointer"). */
export const POINTER_BYTES = { least: 120, most: 1024 };

/** The beginning of a pointer. */
export const POINTER_BEGINNING = 'version https://git-lfs.github.com/spec/v';

/** Finds what a host does not get with a commit. */
export async function findUnsent({ folder }: Repository, commit: string): Promise<UnsentFiles> {
  const failure = `Cannot deploy from ${folder}: the files of ${commit} cannot be listed`;
  const listed = await gitOutput(failure, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit], {
    folder,
  });
  const submodules: string[] = [];
  const small = new Map<string, string[]>();
  for (const entry of listed.toString().split('\0')) {
    // <mode> <type> <hash> <size>\t<path>
    const [, type, hash = '', size = '', path = ''] =
      /^\d+ (\w+) ([0-9a-f]+) +(-|\d+)\t(.+)$/s.exec(entry) ?? [];
    if (type === 'commit') submodules.push(path);
    else if (Number(size) >= POINTER_BYTES.least && Number(size) <= POINTER_BYTES.most) {
      small.set(hash, [...(small.get(hash) ?? []), path]);
    }
  }
  if (small.size === 0) return { submodules, pointers: [] };
  const contents = await gitOutput(failure, ['cat-file', '--batch'], {
    ...{ folder, input: [...small.keys()].map((hash) => `${hash}\n`).join('') },
  });
  return { submodules, pointers: pointersIn(contents).flatMap((hash) => small.get(hash) ?? []) };
}

/** The hashes of the pointers in the output of `git cat-file --batch`. */
function pointersIn(contents: Buffer): readonly string[] {
  const pointers: string[] = [];
  for (let at = 0; at < contents.length;) {
    const end = contents.indexOf('\n', at);
    // <hash> blob <size>, or <hash> missing in a partial clone
    const [hash = '', type, size = '0'] = contents.toString('latin1', at, end).split(' ');
    if (end === -1) break;
    if (type !== 'blob') {
      at = end + 1;
      continue;
    }
    const begins = contents.toString('latin1', end + 1, end + 1 + POINTER_BEGINNING.length);
    if (begins === POINTER_BEGINNING) pointers.push(hash);
    at = end + 1 + Number(size) + 1;
  }
  return pointers;
}

const ARTIFACT = 'deploy what is built on this machine: "artifact" in the section "release"';

/** What to do about submodules and about files of Git LFS in a commit that is deployed. */
export const SUBMODULE_HINT = `put their files into the repository, or ${ARTIFACT}`;
export const POINTER_HINT = `take them out of it (git lfs untrack <file>; git add --renormalize <file>), or ${ARTIFACT}`;

/**
 * Refuses a commit whose application would lack files on the host.
 *
 * @param directory the application's folder
 * @param what the commit's name for people
 * @param pointerHint what to do about pointers
 * @returns warnings about what lies outside of the application's folder
 * @throws HintedError that names the files.
 */
export function refuseUnsent(
  { submodules, pointers }: UnsentFiles,
  directory: string | undefined,
  what: string,
  pointerHint = POINTER_HINT,
): readonly string[] {
  const inside = (path: string): boolean =>
    directory === undefined || path.startsWith(`${directory}/`);
  const cut = submodules.filter(inside);
  if (cut.length > 0) {
    throw new HintedError(
      `Cannot deploy ${what}: it has submodules, which git does not send: ${someOf(cut)}`,
      { hint: SUBMODULE_HINT },
    );
  }
  const pointing = pointers.filter(inside);
  if (pointing.length > 0) {
    throw new HintedError(
      `Cannot deploy ${what}: these files are in Git LFS, and the host would get pointers to them: ${someOf(pointing)}`,
      { hint: pointerHint },
    );
  }
  const beside = `outside of ${directory ?? '.'}`;
  return [
    ...(submodules.length > 0
      ? [`submodules ${beside} are not deployed, their folders stay empty: ${someOf(submodules)}`]
      : []),
    ...(pointers.length > 0
      ? [`files of Git LFS ${beside} are deployed as pointers: ${someOf(pointers)}`]
      : []),
  ];
}
