import { literal, sh, type Script } from '@fairness-deploy/shell';
import { findRecorded } from './find-recorded.js';
import type { Layout } from '../application/layout.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import { printGoodReleases } from './history.js';

/** Prints, for people, what is deployed. Fails when the last deployment was cut off. */
export function releaseStatus(layout: Layout, user: string): Script {
  return sh`
    ${findRecorded(layout, user)}
    if [ -n "$fd_recorded" ]; then
      printf 'A release is live as the user %s in %s, and the environment has the user %s in %s; see: plan\n' "\${fd_recorded%% *}" "\${fd_recorded#* }" ${user} ${layout.home}
      exit 1
    fi
    if [ ! -L ${layout.live} ]; then
      echo 'Nothing is deployed yet.'
      exit 0
    fi
    fd_link=$(readlink -- ${layout.live}/release || :)
    fd_id=\${fd_link#../../releases/}
    fd_id=\${fd_id%%/*}
    case $fd_id in
      ${literal(RELEASE_ID_GLOB)}) ;;
      *)
        printf 'The link %s leads elsewhere: to %s, and from there to %s\n' ${layout.live} "$(readlink -- ${layout.live})" "\${fd_link:-nothing}"
        exit 1
        ;;
    esac
    fd_good=$(
      ${printGoodReleases(layout.history)}
    )
    fd_cut=1
    fd_kept=
    while read -r fd_one fd_commit fd_finished; do
      if [ "$fd_one" = "$fd_id" ]; then
        fd_cut=
        printf 'release %s\ncommit  %s\nsince   %s\ncolour  %s\n' "$fd_one" "$fd_commit" "$fd_finished" "$(basename -- "$(readlink -- ${layout.live})")"
      elif [ -n "$fd_one" ] && [ -d ${layout.releases}/"$fd_one" ]; then
        fd_kept="\${fd_kept:+$fd_kept, }$fd_one"
      fi
    done <<fd_good_end
    $fd_good
    fd_good_end
    [ -z "$fd_cut" ] ||
      printf 'release %s, whose deployment was cut off: deploy again\n' "$fd_id"
    printf 'kept    %s\n' "\${fd_kept:-no other}"
    [ -z "$fd_cut" ]`;
}
