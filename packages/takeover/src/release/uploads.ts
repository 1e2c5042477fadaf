import type { Application } from '@fairness-deploy/core';
import { layoutOf, type PluginStep } from '@fairness-deploy/release';
import { lines, notice, sh, withRightsOf, type Script } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import type { SharedFolder } from '../section/shared-folders.js';
import { countDifferent } from './count-different.js';
import { copyUploads, inOldFolder, sinceFile } from './copy-uploads.js';
import { inSubshell, unlessDone } from './guards.js';

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
    ...shared.map((folder) => inSubshell(copyUploads(application, folder, 'may change'))),
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

/**
 * Copies a folder that is still, and fails when a file of it is not in the new one, or has another content there:
 * all is copied again before. A folder that was moved there has files that have no newer time.
 */
function copyRest(application: Application, folder: SharedFolder): Script {
  const { path, old, checkout } = folder;
  const target = `${layoutOf(application).sharedFolders}/${path}`;
  const count = countDifferent(
    (script) => inOldFolder(checkout, old, `Cannot compare ${old}`, script),
    (script) => withRightsOf(application.user, lines(sh`cd -- "$1"`, script), target),
    placesOf(application).compared,
  );
  return sh`
    [ -d ${old} ] || exit 0
    ${inSubshell(copyUploads(application, folder, 'is still'))}
    fd_different=$(
    ${count}
    )
    if [ "$fd_different" != 0 ]; then
      rm -f -- ${sinceFile(application, path)}
      ${inSubshell(copyUploads(application, folder, 'is still'))}
      fd_different=$(
      ${count}
      )
    fi
    [ "$fd_different" = 0 ] || {
      printf ${notice('%s files of %s are missing in %s, or differ there: the old checkout stays')}'\n' "$fd_different" ${old} ${target}
      exit 1
    }`;
}
