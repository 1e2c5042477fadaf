import { dirname } from 'node:path/posix';
import type { Application } from '@fairness-deploy/core';
import { layoutOf } from '@fairness-deploy/release';
import { enterFolder, fail, sh, withRightsOf, type Script } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import type { SharedFolder } from '../section/shared-folders.js';

/** Seconds that two clocks, or the times of files, may differ. */
const SLACK_SECONDS = 2;

/** Status of tar when a file has changed while it was read (tar(1), RETURN VALUE). */
const CHANGED = 1;

/**
 * Copies what is new since the last copy. The checkout's owner reads the old folder, and the application's user
 * writes the new one: into a folder beside it first, so that no file is there in half.
 */
export function copyUploads(
  application: Application,
  { path, old, checkout }: SharedFolder,
  what: 'may change' | 'is still',
): Script {
  const { user } = application;
  const layout = layoutOf(application);
  const target = `${layout.sharedFolders}/${path}`;
  const staged = `${layout.sharedFolders}/.takeover`;
  const { sent } = placesOf(application);
  const since = sinceFile(application, path);
  const failure = `Cannot copy ${old}`;
  return sh`
    if [ -d ${old} ]; then
      [ -d ${layout.sharedFolders} ] || ${fail(`${failure}: there is no ${layout.sharedFolders} on this host`, 'provision first')}
      fd_begun=$(($(date +%s) - ${SLACK_SECONDS}))
      fd_since=
      [ ! -s ${since} ] || [ ! -d ${target} ] || fd_since=$(cat -- ${since})
      rm -f -- ${sent}
      (
        fd_status=0
        (
        ${inOldFolder(checkout, old, failure, SEND)}
        ) || fd_status=$?
        [ "$fd_status" -le ${what === 'may change' ? CHANGED : 0} ] || exit 1
        : >${sent}
      ) | ${withRightsOf(user, RECEIVE, staged, target, dirname(target))}
      [ -e ${sent} ] || ${fail(`${failure}: tar failed, see above`, 'deploy again')}
      printf '%s\n' "$fd_begun" >${since}
    fi`;
}

/**
 * With the parts of seconds in the times: a file that is copied while it is written, and again within the same
 * second, is newer the second time.
 */
const SEND = sh`exec tar --format=posix -cf - \${fd_since:+--newer=@$fd_since} .`;

/**
 * Runs a script in a folder of the old checkout, with the rights of the checkout's owner. A checkout in the home
 * of another user than root may have folders of root's, which the old programs have made.
 */
export function inOldFolder(
  checkout: string,
  folder: string,
  failure: string,
  script: Script,
): Script {
  return sh`
    fd_owner=$(stat -c %u:%g -- ${checkout})
    if [ "\${fd_owner%:*}" = 0 ]; then
      ${enterFolder(folder, { failure })}
      ${script}
    else
      setpriv --reuid "\${fd_owner%:*}" --regid "\${fd_owner#*:}" --clear-groups -- \
        env -i PATH="$PATH" fd_since="\${fd_since-}" sh -euc ${
          sh`
          cd -- "$1"
          ${script}`.text
        } sh ${folder}
    fi`;
}

/**
 * As the application's user: `$1` the folder beside, `$2` the target, `$3` the folder that it is in. A file that
 * the new release has changed is newer, and stays.
 */
const RECEIVE = sh`
  rm -rf -- "$1"
  mkdir -p -- "$1" "$3"
  tar -xf - -C "$1" --no-same-owner
  if [ -d "$2" ]; then
    cd -- "$1"
    find . -type d -exec sh -c 'cd -- "$1" && shift && mkdir -p -- "$@"' sh "$2" {} +
    find . ! -type d -exec sh -c 'to=$1; shift; for one; do mv -u -T -- "$one" "$to/$one" </dev/null || exit 1; done' sh "$2" {} +
    cd /
    rm -rf -- "$1"
  else
    mv -T -- "$1" "$2"
  fi
  sync -f -- "$2"`;

/** When the last copy of a folder began. */
export function sinceFile(application: Application, path: string): string {
  return `${placesOf(application).copied}-${encodeURIComponent(path)}`;
}
