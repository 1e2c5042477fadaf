import { sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { checkPath, foldersOf } from '../resource-parts/path.js';
import { removeFrom } from '../resource-parts/remove-from.js';

interface Path {
  /** Absolute. */
  readonly path: string;
}

/**
 * That a file is gone, or a folder with all that is in it.
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
  read: ({ path }) => sh`
    if [ -L ${path} ]; then
      echo 'a link'
    elif [ -d ${path} ]; then
      echo 'a folder and all that is in it'
    elif [ -e ${path} ]; then
      echo 'a file'
    fi`,
  // rm itself follows no link in the tree, also when another user exchanges one.
  remove: ({ path }) => removeFrom(path, (entry) => sh`rm -rf --one-file-system -- ${entry}`),
});
