import { sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { MADE_RUNTIMES, madeMark, runtimeIsUsed } from '../resource-parts/runtime-marks.js';
import { nodeFolder, stagedNode, type NodeRuntimeIdentity } from './node-runtime.js';

/**
 * That a version of Node.js is gone. While releases use it, only its mark is set: the deployment that removes the
 * last of these releases removes it.
 *
 * @throws RangeError when the version isn't exact.
 */
export const unusedNode = defineRemoval<NodeRuntimeIdentity>({
  type: 'node',
  name: ({ version }) => version,
  check({ version }) {
    if (/^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(version)) return;
    throw new RangeError(
      `Cannot remove Node.js ${JSON.stringify(version)}: expected an exact version`,
    );
  },
  owns: ({ version }) => [{ kind: 'node', name: version }],
  read: ({ version }) => sh`
    if [ ! -e ${nodeFolder(version)} ]; then
      exit 0
    elif ! ${runtimeIsUsed('node', version)}; then
      echo ${nodeFolder(version)}
    elif [ ! -e ${madeMark('node', version)} ]; then
      echo 'releases use it: a deployment will remove it with the last of them'
    fi`,
  remove: ({ version }) => sh`
    if ${runtimeIsUsed('node', version)}; then
      mkdir -p -- ${MADE_RUNTIMES}
      : >${madeMark('node', version)}
    else
      # Renamed first: half a runtime must never look like a whole one.
      if [ -d ${nodeFolder(version)} ]; then
        rm -rf -- ${stagedNode(version)}
        mv -T -- ${nodeFolder(version)} ${stagedNode(version)}
        rm -rf --one-file-system -- ${stagedNode(version)}
      fi
      rm -f -- ${madeMark('node', version)}
      rmdir -- /opt/node 2>/dev/null || :
    fi`,
});
