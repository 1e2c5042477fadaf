import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '../resource/define-resource.js';
import type { Address } from '../resource/resource.js';
import {
  enterFolder,
  fail,
  lines,
  printMountsWithin,
  refuseMountsWithin,
  sh,
  takeFolder,
} from '@fairness-deploy/shell';
import {
  fullOwnership,
  makersOf,
  type FullOwnership,
  type Ownership,
} from '../resource-parts/ownership.js';
import { checkPath, foldersOf, MAKE_FOLDER, splitPath } from '../resource-parts/path.js';
import { pathProbe } from '../resource-parts/path-probe.js';
import { protectKeyFolder } from '../resource-parts/protect-login.js';
import { refuseMounts } from './no-path.js';
import { removeFrom } from '../resource-parts/remove-from.js';
import { parseStatus } from '../resource-parts/path-status.js';

/** A folder; default: mode 0755, owner root:root. */
export interface DirectorySpec extends Ownership {
  /** Absolute. */
  readonly path: string;
  /** Also makes missing parent folders, root's with mode 0755. */
  readonly parents?: boolean;
  /** Removes it with its content; else only an empty folder is removed. */
  readonly recursive?: boolean;
}

const DEFAULT_MODE = '0755';

/**
 * A folder with this owner and mode; its content is left alone. It comes after its parent folders
 * and the user that owns it, where these are declared.
 *
 * @throws RangeError when the path isn't absolute and plain, an owner or the mode isn't one, or
 *   a folder next to the root would be removed with all that is in it.
 */
export const directory = defineResource<DirectorySpec, FullOwnership>({
  type: 'directory',
  name: ({ path }) => path,
  check({ path, recursive, ...ownership }) {
    checkPath('the path of a folder', path);
    fullOwnership(ownership, DEFAULT_MODE);
    if (recursive && foldersOf(path).length === 0) {
      throw new RangeError(
        `Cannot let ${path} be removed with all that is in it: it stands next to the root`,
      );
    }
  },
  questions: ({ path }) => [{ probe: pathProbe, subject: path }],
  read: ({ path, recursive }) => sh`
    if [ -e ${path} ] || [ -L ${path} ]; then
      fd_path_status ${path}
      printf '%s\n' "$fd_path_status"
      ${recursive ? printMountsWithin(path) : sh`:`}
    fi`,
  parse(output, { path, recursive, ...ownership }) {
    const wanted = fullOwnership(ownership, DEFAULT_MODE);
    const [status = '', ...mounts] = output.trimEnd().split('\n');
    if (recursive) refuseMounts(path, mounts);
    const { kind, mode, owner, group } = parseStatus(status, wanted);
    if (kind !== 'directory') {
      const found = { file: 'a file', link: 'a link', other: 'something else' }[kind];
      throw new HintedError(`Cannot manage ${path} as a folder: it is ${found}`, {
        hint: 'move it away',
      });
    }
    return { mode, owner, group };
  },
  desired: (spec) => fullOwnership(spec, DEFAULT_MODE),
  write({ path, parents = false, ...ownership }) {
    const { owner, group, mode } = fullOwnership(ownership, DEFAULT_MODE);
    const { folder, name } = splitPath(path);
    return sh`
      ${enterFolder(folder, { failure: `Cannot make ${path}`, owner, parents, missing: MAKE_FOLDER })}
      fd_name=${name}
      if [ -L "./$fd_name" ] || { [ -e "./$fd_name" ] && [ ! -d "./$fd_name" ]; }; then
        ${fail(`Cannot make ${path}: what is there is not a folder`, 'move it away')}
      fi
      [ -d "./$fd_name" ] || mkdir -m 0700 -- "./$fd_name"
      ${takeFolder(name)}
      chown ${owner}:${group} .
      # With five digits: with fewer, chmod keeps the setgid bit of a folder.
      chmod ${`0${mode}`} .`;
  },
  remove: ({ path, recursive }) =>
    removeFrom(path, (entry) =>
      // rm itself follows no link in the tree, also when another user exchanges one.
      recursive
        ? lines(refuseMountsWithin(path), sh`rm -rf --one-file-system -- ${entry}`)
        : sh`rmdir -- ${entry}`,
    ),
  protect(login, { path }, _from, to) {
    protectKeyFolder(login, path, to);
  },
  owns: ({ path }) => [{ kind: 'directory', name: path }],
  follows: ({ path, ...ownership }) => [
    ...foldersOf(path).map((folder): Address => `directory:${folder}`),
    ...makersOf(ownership),
  ],
});
