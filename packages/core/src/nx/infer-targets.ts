import { basename, dirname, join } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';
import { hasSection } from './has-section.js';

/** The files that make environments, relative to the workspace. */
export const ENVIRONMENT_FILES = 'environments/*/environment.yaml';

/** Targets by name, without what all targets of an environment have in common. */
export type Targets = Readonly<Record<string, TargetConfiguration>>;

/**
 * What a plugin exports as `createNodes` and `createNodesV2`, to add targets to each
 * environment that has its section, in its file or one that it extends.
 *
 * @param section the plugin's key in environment.yaml; undefined: every environment has the targets.
 */
export function inferTargets(section: string | undefined, targets: Targets): CreateNodes {
  const deploymentTargets = asDeploymentTargets(targets);
  return [
    ENVIRONMENT_FILES,
    (files, _options, { workspaceRoot }) =>
      files.map((file) => {
        const has = section === undefined || hasSection(join(workspaceRoot, file), section);
        const root = dirname(file);
        const project = { name: basename(root), targets: deploymentTargets };
        return [file, has ? { projects: { [root]: project } } : {}] as const;
      }),
  ];
}

/** They change a host: their results can't be cached, and two at a time would be in each other's way. */
export function asDeploymentTargets(targets: Targets): Record<string, TargetConfiguration> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      { options: {}, ...target, cache: false, parallelism: false },
    ]),
  );
}
