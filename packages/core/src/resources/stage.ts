import { sh, type Script } from '../script/sh.js';
import { fail } from '../script/fail.js';
import type { FullOwnership } from './ownership.js';
import { splitPath, stagedPath } from './path.js';

/** What is written beside a path before it takes its place. */
export interface Staging {
  readonly path: string;
  readonly ownership: FullOwnership;
  /** Prints the content. */
  readonly print: Script;
  /** Fails when the staged file must not go live. */
  readonly validate?: ((stagedPath: string) => Script) | undefined;
}

/**
 * Writes a file as a whole: beside the path, with its owner and mode before its content,
 * synced to the disk, and then renamed. A reader sees the old or the new, never half. A link
 * at the path is replaced, not followed. When the content is what it was, so is its time of
 * modification: a service need not load it again.
 *
 * All is done through the file descriptor 8, opened with O_EXCL: whoever may write to the
 * folder can't direct root's hand elsewhere by putting a link in the way.
 */
export function stageAndRename({ path, ownership, print, validate }: Staging): Script {
  const { folder } = splitPath(path);
  const staged = stagedPath(path);
  return sh`
    if [ -e ${path} ] && [ ! -f ${path} ] && [ ! -L ${path} ]; then
      ${fail(`Cannot write ${path}: what is there is not a file; move it away`)}
    fi
    if [ ! -d ${folder} ]; then
      [ ! -e ${folder} ] || ${fail(`Cannot write ${path}: ${folder} is not a folder; move it away`)}
      ${fail(`Cannot write ${path}: there is no folder ${folder}; add it to server.directories`)}
    fi
    umask 077
    fd_staged=${staged}
    rm -f -- "$fd_staged"
    trap 'rm -f -- "$fd_staged"' EXIT
    set -C
    exec 8>"$fd_staged"
    set +C
    # Without this, a device behind a link would have been opened.
    [ -f /proc/self/fd/8 ] || ${fail(`Cannot write ${path}: ${staged} is not a file`)}
    chown ${ownership.owner}:${ownership.group} /proc/self/fd/8
    chmod ${ownership.mode} /proc/self/fd/8
    # cat says why it can't write, such as a full disk; dash's printf says "I/O error".
    ${print} | cat >&8
    if [ -f ${path} ] && [ ! -L ${path} ] && cmp -s -- ${path} "$fd_staged"; then
      touch -r ${path} /proc/self/fd/8
    fi
    sync /proc/self/fd/8
    exec 8>&-
    ${validate ? sh`( ${validate(staged)} )` : sh`:`}
    mv -fT -- "$fd_staged" ${path}
    trap - EXIT`;
}
