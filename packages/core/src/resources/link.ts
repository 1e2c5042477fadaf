import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource, type ResourceOptions } from '../resource/define-resource.js';
import type { Address, Resource } from '../resource/resource.js';
import { enterFolder, fail, type Script, sh } from '@fairness-deploy/shell';
import { loadOrRestore, type LiveFile } from '../resource-parts/live-file.js';
import { place } from '../resource-parts/live-folder.js';
import {
  checkPath,
  foldersOf,
  hasControlCharacter,
  MAKE_FOLDER,
  splitPath,
  stagedName,
  stagedPath,
} from '../resource-parts/path.js';
import { decidesOnLogins } from '../resource-parts/protect-login.js';
import { removeFrom } from '../resource-parts/remove-from.js';

/** The identity of a link. */
export interface LinkIdentity {
  /** Absolute. */
  readonly path: string;
}

/** A symbolic link. */
export interface LinkSpec extends LinkIdentity {
  /** Absolute, or relative to the link's folder. It need not exist. */
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
export function link(spec: LinkSpec, options?: ResourceOptions): Resource;
export function link(
  spec: LinkIdentity,
  options: ResourceOptions & { readonly ensure: 'absent' },
): Resource;
export function link(
  spec: LinkIdentity & Partial<LinkSpec>,
  options: ResourceOptions = {},
): Resource {
  const resource = make(spec, options);
  place(resource, {
    path: spec.path,
    withLive: (live, more) =>
      make({ ...spec, live }, { ...options, follows: [...(options.follows ?? []), ...more] }),
  });
  return resource;
}

/** A link, and how it goes live when a program reads it together with others. */
type Spec = LinkIdentity & Partial<LinkSpec> & { readonly live?: LiveFile };

function make({ target, ...rest }: Spec, options: ResourceOptions): Resource {
  return target === undefined || options.ensure === 'absent'
    ? linkType(rest, { ...options, ensure: 'absent' })
    : linkType({ ...rest, target }, options);
}

const linkType = defineResource<LinkSpec & Spec, LinkState, Spec>({
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
      throw new HintedError(`Cannot manage ${path} as a link: it is a file or folder`, {
        hint: 'move it away',
      });
    }
    return { target: output.slice('link '.length) };
  },
  desired: ({ target }) => ({ target }),
  write({ path, target, live }) {
    const { folder, name } = splitPath(path);
    const [entry, staged] = [`./${name}`, `./${stagedName(name)}`];
    const put = sh`mv -fT -- ${staged} ${entry}`;
    return sh`
      ${enterFolder(folder, { failure: `Cannot make the link ${path}`, missing: MAKE_FOLDER })}
      if [ -e ${entry} ] && [ ! -L ${entry} ]; then
        ${fail(`Cannot make the link ${path}: what is there is a file or folder`, 'move it away')}
      fi
      rm -f -- ${staged}
      # An interrupted 'ln -sf' would leave no link. Without -T it would be made in a folder that another
      # user has put there.
      ln -sT -- ${target} ${staged}
      ${live ? putLive(live, put) : put}`;
  },
  remove: ({ path, live }) =>
    live
      ? removeLiveLink(live, sh`[ ! -L ${path} ] || rm -f -- ${path}`)
      : removeFrom(path, (entry) => sh`[ ! -L ${entry} ] || rm -f -- ${entry}`),
  tryLogin(_, { path, target }, ensure) {
    if (!decidesOnLogins(path)) return undefined;
    const copy = sh`"$fd_copy"${path}`;
    if (ensure === 'absent' || target === undefined) return sh`rm -f -- ${copy}`;
    return sh`
      mkdir -p -- "$fd_copy"${splitPath(path).folder}
      ln -sfn -- ${target} ${copy}`;
  },
  owns: ({ path }) => [{ kind: 'link', name: path }],
  follows: ({ path }) => foldersOf(path).map((folder): Address => `directory:${folder}`),
});

/** Like a program's file: checked before, and restored when it can't be loaded. */
function putLive({ path, check, load }: LiveFile, put: Script): Script {
  return sh`
    fd_staged=${stagedPath(path)}
    trap 'rm -f -- "$fd_staged"' EXIT
    ( ${check(stagedPath(path))} )
    ${changeLive(path, load, put)}`;
}

function removeLiveLink({ path, check, load }: LiveFile, remove: Script): Script {
  return sh`
    [ ! -L ${path} ] || ( ${check(undefined)} )
    ${changeLive(path, load, remove)}`;
}

function changeLive(path: string, load: Script, change: Script): Script {
  const staged = stagedPath(path);
  return sh`
    fd_before=$(readlink -- ${path}) || fd_before=
    ${change}
    ${loadOrRestore(
      path,
      load,
      sh`
        if [ -n "$fd_before" ]; then
          ln -sfn -- "$fd_before" ${staged}
          mv -fT -- ${staged} ${path}
        else
          rm -f -- ${path}
        fi`,
    )}`;
}
