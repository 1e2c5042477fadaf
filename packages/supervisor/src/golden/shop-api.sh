#!/bin/sh
# Managed by fairness-deploy. Supervisor runs it as shop: api of the release in /srv/shop/current.
set -eu

# By its own name, not by the link's: a process stays in the release that it was started from.
if ! fd_folder=$(cd -P -- /srv/shop/current 2>/dev/null && pwd -P); then
  echo 'api has no release to run yet: /srv/shop/current leads nowhere. Deploy one.' >&2
  # Longer than it counts as starting; ending before would have it started again, three times.
  sleep 2
  exit 78
fi
# The application may be a folder within the release.
fd_releases=$(cd -P -- /srv/shop/releases && pwd -P)
fd_release=${fd_folder#"$fd_releases"/}
fd_environment=/srv/shop/shared/env/${fd_release%%/*}

# The release's environment may name another PATH: it knows the Node.js that it was built with.
export HOME=/srv/shop/shared/home USER=shop LOGNAME=shop
export PATH=/opt/node/20.20.2/bin:/usr/local/bin:/usr/bin:/bin
set -a
. "$fd_environment"
. "$fd_environment".api
PORT=3000
set +a

cd -- "$fd_folder"
exec node main.sh 'it'\''s api; #1 $HOME %(here)s'
