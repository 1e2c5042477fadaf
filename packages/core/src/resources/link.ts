import { defineResource } from '../resource/define-resource.js';
import type { Address } from '../resource/resource.js';
import { sh } from '../script/sh.js';
import { enterFolder } from '../script/enter-folder.js';
import { fail } from '../script/fail.js';
import { checkPath, foldersOf, hasControlCharacter, splitPath, stagedName } from './path.js';
import { removeFrom } from './remove-from.js';

/** What a link is found by. */
export interface LinkIdentity {
  /** Absolute. */
  readonly path: string;
}

/** A symbolic link. */
export interface LinkSpec extends LinkIdentity {
  /** Absolute, or relative to the link's folder. It need not be there. */
  readonly target: string;
}

interface LinkState {
  readonly target: string;
}

/**
 * A symbolic link, put in the place of another by an atomic rename. Files and folders at
 * the path are left alone: that is an error.
 *
 * @throws RangeError when the path isn't absolute and plain, or the target is empty or has a
 *   control character.
 */
export const link = defineResource<LinkSpec, LinkState, LinkIdentity & Partial<LinkSpec>>({
  type: 'link',
  name: ({ path }) => path,
  check({ path, target }) {
    checkPath('the path of a link', path);
    if (target === '' || (target !== undefined && hasControlCharacter(target))) {
      throw new RangeError(
        `Cannot link ${path} to ${JSON.stringify(target)}: it is empty or has a control character`,
      );
    }
  },
  read: ({ path }) => sh`
    if [ -L ${path} ]; then
      printf 'link '
      readlink -n -- ${path}
    elif [ -e ${path} ]; then
      printf other
    fi`,
  parse(output, { path }) {
    if (!output.startsWith('link ')) {
      throw new Error(`Cannot manage ${path} as a link: it is a file or folder; move it away`);
    }
    return { target: output.slice('link '.length) };
  },
  desired: ({ target }) => ({ target }),
  write({ path, target }) {
    const { folder, name } = splitPath(path);
    const [entry, staged] = [`./${name}`, `./${stagedName(name)}`];
    return sh`
      ${enterFolder(folder, { failure: `Cannot make the link ${path}` })}
      if [ -e ${entry} ] && [ ! -L ${entry} ]; then
        ${fail(`Cannot make the link ${path}: what is there is a file or folder; move it away`)}
      fi
      rm -f -- ${staged}
      # An interrupted 'ln -sf' would leave no link, or one within the folder that the old one leads to.
      ln -s -- ${target} ${staged}
      mv -fT -- ${staged} ${entry}`;
  },
  remove: ({ path }) => removeFrom(path, (entry) => sh`[ ! -L ${entry} ] || rm -f -- ${entry}`),
  follows: ({ path }) => foldersOf(path).map((folder): Address => `directory:${folder}`),
});
