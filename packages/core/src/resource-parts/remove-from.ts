import { enterFolder, type Script, sh } from '@fairness-deploy/shell';
import { MAKE_FOLDER, splitPath } from './path.js';

/**
 * Removes the file or folder at a path, if any, from within its parent folder.
 *
 * @param remove makes the script that removes it, from its name there: `./name`
 */
export function removeFrom(path: string, remove: (entry: string) => Script): Script {
  const { folder, name } = splitPath(path);
  return sh`
    if [ -e ${path} ] || [ -L ${path} ]; then
      ${enterFolder(folder, { failure: `Cannot remove ${path}`, missing: MAKE_FOLDER })}
      ${remove(`./${name}`)}
    fi`;
}
