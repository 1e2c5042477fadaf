import { dirname } from 'node:path/posix';
import type { Application } from '@fairness-deploy/core';
import { layoutOf, type PluginStep } from '@fairness-deploy/release';
import {
  enterFolder,
  fail,
  lines,
  notice,
  sh,
  withRightsOf,
  type Script,
} from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import type { SharedFolder } from '../section/shared-folders.js';

/** Seconds that two clocks, or the times of files, may differ. */
const SLACK_SECONDS = 2;

/** Status of tar when a file has changed while it was read (tar(1), RETURN VALUE). */
const CHANGED = 1;

/**
 * The uploads of the old application become folders of release.shared: copied before the first release is
 * made, once more right before the switch, and a last time when no request is at the old application any
 * more. The old ones stay where they are until all are there.
 */
export function uploadSteps(
  application: Application,
  shared: readonly SharedFolder[],
): readonly PluginStep[] {
  if (shared.length === 0) return [];
  const whileRunning = lines(
    ...shared.map((folder) => inSubshell(copy(application, folder, 'may change'))),
  );
  return [
    {
      phase: 'fetch',
      place: 'first',
      name: 'copy uploads',
      run: unlessDone(application, whileRunning),
    },
    {
      phase: 'activate',
      place: 'first',
      name: 'copy new uploads',
      run: unlessDone(application, whileRunning),
    },
    {
      phase: 'drain',
      place: 'last',
      name: 'copy last uploads',
      run: unlessDone(application, copyLastUploads(application, shared)),
    },
  ];
}

/** When nothing changes them any more: fails unless all are in their new place, and notes that they are. */
export function copyLastUploads(application: Application, shared: readonly SharedFolder[]): Script {
  return lines(
    ...shared.map((folder) => inSubshell(copyRest(application, folder))),
    sh`: >${placesOf(application).safe}`,
  );
}

/** Runs a script while an old application is taken over. */
export function unlessDone(application: Application, script: Script): Script {
  return sh`
    [ -f ${placesOf(application).record} ] || exit 0
    ${script}`;
}

/**
 * Copies what is new since the last copy. Root reads the old folder, and the application's user writes the new
 * one: into a folder beside it first, so that no file is there in half.
 */
function copy(
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
        ${inOldFolder(checkout, old, failure, sh`exec tar -cf - \${fd_since:+--newer=@$fd_since} .`)}
        ) || fd_status=$?
        [ "$fd_status" -le ${what === 'may change' ? CHANGED : 0} ] || exit 1
        : >${sent}
      ) | ${withRightsOf(user, RECEIVE, staged, target, dirname(target))}
      [ -e ${sent} ] || ${fail(`${failure}: tar failed, see above`, 'deploy again')}
      printf '%s\n' "$fd_begun" >${since}
    fi`;
}

/**
 * Runs a script in a folder of the old checkout, with the rights of the checkout's owner. A checkout in the home
 * of another user than root may have folders of root's, which the old programs have made.
 */
function inOldFolder(checkout: string, folder: string, failure: string, script: Script): Script {
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
function sinceFile(application: Application, path: string): string {
  return `${placesOf(application).copied}-${encodeURIComponent(path)}`;
}

/**
 * Copies a folder that is still, and fails when a file of it is not in the new one: all is copied again before. A
 * folder that was moved there has files that have no newer time.
 */
function copyRest(application: Application, folder: SharedFolder): Script {
  const { path, old, checkout } = folder;
  const target = `${layoutOf(application).sharedFolders}/${path}`;
  return sh`
    [ -d ${old} ] || exit 0
    ${inSubshell(copy(application, folder, 'is still'))}
    fd_count_missing() {
      (
      ${inOldFolder(checkout, old, `Cannot copy ${old}`, sh`exec find . '(' -type f -o -type l ')' -print0`)}
      ) | ${withRightsOf(application.user, MISSING, target)}
    }
    fd_missing=$(fd_count_missing)
    if [ "$fd_missing" != 0 ]; then
      rm -f -- ${sinceFile(application, path)}
      ${inSubshell(copy(application, folder, 'is still'))}
      fd_missing=$(fd_count_missing)
    fi
    [ "$fd_missing" = 0 ] || {
      printf ${notice('%s files of %s are not in %s: the old checkout stays')}'\n' "$fd_missing" ${old} ${target}
      exit 1
    }`;
}

/** As the application's user, in the folder \`$1\`: counts the files whose names come, and are not there. */
const MISSING = sh`
  cd -- "$1"
  xargs -0 -r sh -c 'for one; do [ -e "$one" ] || [ -L "$one" ] || echo; done' sh | grep -c "" || :`;

/** A step of its own: it changes the folder, and may end. */
export function inSubshell(script: Script): Script {
  return sh`
    (
    ${script}
    )`;
}
