import { HintedError } from '@fairness-deploy/shell/text';
import { printMountsWithin, refuseMountsWithin, sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { keptPath, removeLive, type LiveFile } from '../resource-parts/live-file.js';
import { checkPath, foldersOf } from '../resource-parts/path.js';
import { protectKeyFolder } from '../resource-parts/protect-login.js';
import { removeFrom } from '../resource-parts/remove-from.js';

interface Path {
  /** Absolute. */
  readonly path: string;
  /** How a program loads the files of the folder, if one does. */
  readonly live?: LiveFile | undefined;
}

/**
 * That a file, a link, or a folder with all that is in it is gone. A file that a program loads together with others
 * is removed as such. What is mounted in a folder is no part of it: then it stays.
 *
 * @throws RangeError when the path isn't absolute and plain, or stands next to the root.
 */
export const noPath = defineRemoval<Path>({
  type: 'path',
  name: ({ path }) => path,
  check({ path }) {
    checkPath('what is to be removed', path);
    if (foldersOf(path).length > 0) return;
    throw new RangeError(
      `Cannot let ${path} be removed with all that is in it: it stands next to the root`,
    );
  },
  owns: ({ path }) => [{ kind: 'path', name: path }],
  read: ({ path, live }) => sh`
    if [ -L ${path} ]; then
      echo 'a link'
    elif [ -d ${path} ]; then
      echo 'a folder and all that is in it'
      ${printMountsWithin(path)}
    elif [ -e ${path} ]; then
      echo 'a file'
    elif ${live ? sh`[ -f ${keptPath(path)} ]` : sh`false`}; then
      echo 'a file that is still loaded'
    fi`,
  parse([what = '', ...mounts], { path }) {
    refuseMounts(path, mounts);
    return what === '' ? [] : [what];
  },
  protect(login, { path }) {
    protectKeyFolder(login, path, undefined);
  },
  remove({ path, live }) {
    // rm itself follows no link in the tree, also when another user exchanges one.
    const remove = removeFrom(path, (entry) => sh`rm -rf --one-file-system -- ${entry}`);
    return sh`
      if [ -d ${path} ] || [ -L ${path} ]; then
        ${refuseMountsWithin(path)}
        (
        ${remove}
        )
        ${live ? sh`rm -rf -- ${keptPath(path)}` : sh`:`}
      else
        ${live ? removeLive(live) : remove}
      fi`;
  },
});

/** @throws HintedError when something is mounted in a folder that is to be removed with all that is in it. */
export function refuseMounts(path: string, mounts: readonly string[]): void {
  if (mounts.length === 0) return;
  throw new HintedError(
    `Cannot remove ${path} with all that is in it: ${mounts.join(', ')} is mounted there`,
    { hint: `unmount it first: umount ${mounts.toReversed().join(' ')}` },
  );
}
