import { sh, type Script } from '@fairness-deploy/shell';
import { builtFile, findBuilt } from '../host/built-record.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { UNDO_TIMEOUT_SECONDS } from '../scripts/remove-release.js';

/** In the job's folder: the release is built. So an interrupted deployment leaves no such mark. */
const MARK = sh`"$FD_JOB"/built`;

/** Seconds to find out how large a release is: its user decides how many files there are. */
const SIZE_TIMEOUT_SECONDS = 60;

/**
 * Notes that the release is built, behind all hooks of that phase. When a later step fails, its
 * folder is kept: see {@link keepBuild}.
 */
export function builtStep({ section }: Pick<ReleaseSpec, 'section'>): ReleaseStep | undefined {
  if (section.install === undefined && section.build === undefined) return undefined;
  return { phase: 'build', name: 'built', place: 'last', run: sh`: >${MARK}` };
}

/**
 * Keeps the folder of a failed release that was built, in place of one that was kept before, and
 * ends with status 0. Continues when it wasn't built, or when the disk has little room.
 */
export function keepBuild({ layout, release }: ReleaseSpec): Script {
  const folder = `${layout.releases}/${release.id}`;
  const file = builtFile(layout);
  return sh`
    if [ -e ${MARK} ] && [ -d ${folder} ]; then
      fd_size=$(timeout ${SIZE_TIMEOUT_SECONDS} du -sk -- ${folder} 2>/dev/null) || fd_size=
      fd_size=\${fd_size%%[!0-9]*}
      fd_free=$(df -Pk ${layout.releases} | awk 'END { print $4 }')
      if [ -n "$fd_size" ] && [ "$fd_free" -gt "$fd_size" ]; then
        ${findBuilt(layout)}
        for fd_link in ${layout.colours}/*/release; do
          fd_to=$(readlink -- "$fd_link") || continue
          case $fd_to/ in "../../releases/$fd_built/"*) fd_built= ;; esac
        done
        rm -f -- ${file}
        if [ -n "$fd_built" ] && [ -d ${layout.releases}/"$fd_built" ]; then
          mv -T -- ${layout.releases}/"$fd_built" ${layout.releases}/.removed-"$fd_built"
          timeout ${UNDO_TIMEOUT_SECONDS} rm -rf --one-file-system -- ${layout.releases}/.removed-"$fd_built" || :
        fi
        # After a power cut, no file of it may lack its content.
        sync -f -- ${folder}
        umask 077
        printf '%s\n' ${release.id} >${`${file}.new`}
        mv -fT -- ${`${file}.new`} ${file}
        echo 'Keeping what was built: the next deployment of this commit copies it; --force builds anew'
        exit 0
      fi
    fi`;
}
