import type { CreateNodes } from '@nx/devkit';
import { executorTargets } from './executor-targets.js';
import { inferTargets } from './infer-targets.js';

/** The exports that Nx loads. */
export interface NxPlugin {
  readonly name: string;
  readonly createNodes: CreateNodes;
  /** The name that Nx before 23 knows. */
  readonly createNodesV2: CreateNodes;
}

/**
 * The exports of a package's Nx plugin: environments that have its section, in their file or in one
 * that they extend, have a target for each of its executors. With `{ without }`, all environments that
 * do not have that section have them.
 *
 * @param name the package's
 * @param folder the package's, in which executors.json is
 * @param section the package's key in environment.yaml
 */
export function nxPlugin(
  name: string,
  folder: string,
  section: string | { readonly without: string },
): NxPlugin {
  const createNodes = inferTargets(section, executorTargets(name, folder));
  return { name: `${name}/plugin`, createNodes, createNodesV2: createNodes };
}
