#!/bin/sh
# Managed by fairness-deploy. Supervisor runs it as the application's user.
set -eu

# Longer than it counts as starting: otherwise Supervisor would start it again without end.
fd_leave() {
  printf '%s\n' "$1" >&2
  sleep 2
  exit 78
}

# By its own name, not by the link's: a process stays in the release that it was started from.
FD_COLOUR=$1
fd_link=/srv/shop/colours/$FD_COLOUR/release
fd_folder=$(cd -P -- "$fd_link" 2>/dev/null && pwd -P) ||
  fd_leave api" has no release to run: $fd_link leads nowhere. Another colour runs, or nothing is deployed."
# The application may be a folder within the release.
fd_releases=$(cd -P -- /srv/shop/releases && pwd -P)
fd_release=${fd_folder#"$fd_releases"/}
fd_release=${fd_release%%/*}
fd_start=/srv/shop/shared/env/"$fd_release".api
[ -f "$fd_start" ] || fd_leave "The release $fd_release has no process "'api. Deploy one that has.'

# The release has everything else: variables, folder and command.
. "$fd_start"
