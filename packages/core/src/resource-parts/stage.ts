import { enterFolder, fail, type Script, sh } from '@fairness-deploy/shell';
import type { FullOwnership } from './ownership.js';
import { MAKE_FOLDER, splitPath, stagedName, stagedPath } from './path.js';

/** The content that is written beside a path before it replaces it. */
export interface Staging {
  readonly path: string;
  readonly ownership: FullOwnership;
  /** Prints the content. */
  readonly print: Script;
  /** Fails when the staged file must not go live. */
  readonly validate?: ((stagedPath: string) => Script) | undefined;
}

/**
 * Writes a file as a whole: beside the path, with its owner and mode before its content, synced to
 * the disk, and then renamed. A reader sees the old or the new, never half. A link at the path is
 * replaced, not followed. When the content is unchanged, so is its time of modification: a service
 * need not load it again.
 *
 * Root stays in the folder that it has entered by {@link enterFolder}, and does all through the
 * file descriptor 8, opened with O_EXCL. A shell opens what is no regular file without it, whatever
 * `set -C` says, and so would open a device or wait for a pipe. So the file has a name that nobody
 * knows before it is there; the name that a check needs to know, only where nobody but root can write.
 */
export function stageAndRename({ path, ownership, print, validate }: Staging): Script {
  const { folder, name } = splitPath(path);
  const [entry, staged] = [`./${name}`, `./${stagedName(name)}`];
  return sh`
    ${enterFolder(folder, { failure: `Cannot write ${path}`, missing: MAKE_FOLDER, ...(validate ? { owner: 'root', lasting: true } : { owner: ownership.owner }) })}
    if [ -e ${entry} ] && [ ! -f ${entry} ] && [ ! -L ${entry} ]; then
      ${fail(`Cannot write ${path}: what is there is not a file`, 'move it away')}
    fi
    umask 077
    rm -f -- ${staged} ${staged}-*
    fd_staged=${staged}${validate ? sh`` : sh`-"$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"`}
    trap 'rm -f -- "$fd_staged"' EXIT
    set -C
    exec 8>"$fd_staged"
    set +C
    [ -f /proc/self/fd/8 ] || ${fail(`Cannot write ${path}: ${stagedPath(path)} is not a file`)}
    chown ${ownership.owner}:${ownership.group} /proc/self/fd/8
    chmod ${ownership.mode} /proc/self/fd/8
    # cat says why it can't write, such as a full disk; dash's printf says "I/O error".
    ${print} | cat >&8
    # The present file may become a pipe meanwhile, on which cmp would wait without end.
    if [ -f ${entry} ] && [ ! -L ${entry} ] && timeout 10 cmp -s -- ${entry} "$fd_staged"; then
      touch -r ${entry} /proc/self/fd/8
    fi
    sync /proc/self/fd/8
    exec 8>&-
    ${validate ? sh`( ${validate(stagedPath(path))} )` : sh`:`}
    mv -fT -- "$fd_staged" ${entry}
    trap - EXIT`;
}
