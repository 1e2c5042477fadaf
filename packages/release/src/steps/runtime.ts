import { installNode } from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { describeRuntime, type PackageManager, type Runtime } from '../application/runtime.js';
import type { ReleaseStep } from '../order/release-step.js';
import { installManager } from '../scripts/install-manager.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { forgetUsed, markMade, markUsed, pruneRuntimes } from '../scripts/runtime-marks.js';

/**
 * Installs the release's Node.js and package manager where they are missing: before anything else,
 * as without them nothing can be made. At a rollback they are there, unless somebody removed them.
 */
export function runtimeStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { runtime } = spec.release;
  if (!runtime) return undefined;
  const { node, manager } = runtime;
  const { mirror, sha256 } = spec.runtimeSource ?? {};
  const made = { ...(mirror !== undefined && { mirror }), ...(sha256 !== undefined && { sha256 }) };
  return {
    phase: 'fetch',
    name: 'runtime',
    run: lines(
      markUsed(spec, runtime),
      inSubshell(installNode({ version: node, ...made }, markMade('node', node))),
      ...(manager ? [inSubshell(installing(spec, runtime, manager))] : []),
      sh`printf '%s\n' ${describeRuntime(runtime)}`,
    ),
  };
}

function installing(spec: ReleaseSpec, runtime: Runtime, manager: PackageManager): Script {
  const { name, version } = manager;
  const hash = spec.runtimeSource?.managerHash;
  return installManager(manager, runtime, hash, markMade(name, version));
}

/** Each sets a trap of its own. */
function inSubshell(script: Script): Script {
  return lines(sh`(`, script, sh`)`);
}

/** Removes the runtimes that no release uses any more. Nothing here may fail: see pruneStep(). */
export function pruneRuntimesStep({
  application,
  layout,
}: Pick<ReleaseSpec, 'application' | 'layout'>): ReleaseStep {
  return {
    phase: 'clean',
    name: 'prune runtimes',
    run: sh`
      set +e
      ${forgetUsed(layout, application.name)}
      ${pruneRuntimes()}
      exit 0`,
  };
}
