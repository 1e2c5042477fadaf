import { sh } from '@fairness-deploy/shell';
import { defineResource, type ResourceOptions } from '../resource/define-resource.js';
import type { Resource } from '../resource/resource.js';
import { nodeFolder, RUNTIMES, type NodeRuntimeIdentity } from './node-runtime.js';

const unused = defineResource<NodeRuntimeIdentity, { readonly used: string }>({
  type: 'unused-node',
  name: ({ version }) => version,
  check({ version }) {
    if (/^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(version)) return;
    throw new RangeError(
      `Cannot remove Node.js ${JSON.stringify(version)}: expected an exact version`,
    );
  },
  owns: ({ version }) => [{ kind: 'node', name: version }],
  read: ({ version }) => sh`
    if [ -e ${nodeFolder(version)} ]; then
      if grep -rqsxF -- ${`node ${version}`} ${`${RUNTIMES}/used`}; then
        [ -e ${`${RUNTIMES}/made/node@${version}`} ] || echo 'by a release'
      else
        echo no
      fi
    fi`,
  parse: (output) => ({ used: output.trim() }),
  desired: () => ({ used: 'no' }),
  write: () => sh`:`,
  remove: ({ version }) => sh`
    if grep -rqsxF -- ${`node ${version}`} ${`${RUNTIMES}/used`}; then
      mkdir -p -- ${`${RUNTIMES}/made`}
      : >${`${RUNTIMES}/made/node@${version}`}
    else
      # Renamed first: half a runtime must never look like a whole one. Installing it removes the rest.
      if [ -d ${nodeFolder(version)} ]; then
        rm -rf -- ${`/opt/node/.${version}.fd-new`}
        mv -T -- ${nodeFolder(version)} ${`/opt/node/.${version}.fd-new`}
        rm -rf --one-file-system -- ${`/opt/node/.${version}.fd-new`}
      fi
      rm -f -- ${`${RUNTIMES}/made/node@${version}`}
      rmdir -- /opt/node 2>/dev/null || :
    fi`,
});

/**
 * That a version of Node.js which nothing declares any more is gone; while releases use it, the deployment
 * removes it that removes the last of them.
 *
 * @throws RangeError when the version isn't exact.
 */
export function unusedNode(
  spec: NodeRuntimeIdentity,
  options: Omit<ResourceOptions, 'ensure'> = {},
): Resource {
  return unused(spec, { ...options, ensure: 'absent' });
}
