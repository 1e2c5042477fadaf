import { literal, sh, type Script } from '@fairness-deploy/core';
import type { ReleaseLayout } from './layout.js';
import { RELEASE_ID_GLOB } from './release-id.js';
import { goodReleases } from './steps/record.js';

/** Prints, for people, what is deployed. Fails when the last deployment was cut off. */
export function releaseStatus(layout: ReleaseLayout): Script {
  return sh`
    if [ ! -L ${layout.current} ]; then
      echo 'Nothing is deployed yet.'
      exit 0
    fi
    fd_id=$(readlink -- ${layout.current})
    fd_id=\${fd_id#releases/}
    fd_id=\${fd_id%%/*}
    fd_good=
    [ ! -f ${layout.history} ] || fd_good=$(${goodReleases(layout.history)})
    fd_field() {
      tac -- ${layout.history} | sed -n 's/^{"release":"'"$fd_id"'","outcome":"good".*"'"$1"'":"\([^"]*\)".*/\1/p' | head -n 1
    }
    fd_cut=
    case $fd_id in
      ${literal(RELEASE_ID_GLOB)}) ;;
      *)
        printf 'The link %s leads elsewhere: %s\n' ${layout.current} "$(readlink -- ${layout.current})"
        exit 1
        ;;
    esac
    if printf '%s\n' "$fd_good" | grep -qxF -- "$fd_id"; then
      printf 'release %s\ncommit  %s\nsince   %s\n' "$fd_id" "$(fd_field commit)" "$(fd_field finished)"
    else
      printf 'release %s, whose deployment did not come to its end: deploy again\n' "$fd_id"
      fd_cut=1
    fi
    fd_kept=$(printf '%s\n' "$fd_good" | while read -r fd_one; do
      [ -z "$fd_one" ] || [ "$fd_one" = "$fd_id" ] || [ ! -d ${layout.releases}/"$fd_one" ] || printf '%s\n' "$fd_one"
    done | awk '!seen[$0]++ { printf "%s%s", (NR > 1 ? ", " : ""), $0 }')
    printf 'kept    %s\n' "\${fd_kept:-no other}"
    [ -z "$fd_cut" ]`;
}
