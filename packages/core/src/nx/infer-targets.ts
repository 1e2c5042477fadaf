import { basename, dirname, join } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';
import { hasSection } from './has-section.js';

/** The files that make environments, relative to the workspace. */
export const ENVIRONMENT_FILES = 'environments/*/environment.yaml';

/** Targets by name, without the settings that all targets of an environment share. */
export type Targets = Readonly<Record<string, TargetConfiguration>>;

/**
 * Adds targets to each environment that has a section, in its file or one that it extends; or to each
 * that does not have one.
 *
 * @param section the key in environment.yaml
 */
export function inferTargets(
  section: string | { readonly without: string },
  targets: Targets,
): CreateNodes {
  const deploymentTargets = asDeploymentTargets(targets);
  return [
    ENVIRONMENT_FILES,
    (files, _options, { workspaceRoot }) =>
      files.map((file) => {
        const path = join(workspaceRoot, file);
        const has =
          typeof section === 'string'
            ? hasSection(path, section)
            : !hasSection(path, section.without);
        const root = dirname(file);
        const project = { name: basename(root), targets: deploymentTargets };
        return [file, has ? { projects: { [root]: project } } : {}] as const;
      }),
  ];
}

/**
 * They change a host: their results can't be cached, and two at a time would disturb each other, unless a
 * target says that it may run beside others.
 */
export function asDeploymentTargets(targets: Targets): Record<string, TargetConfiguration> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      { options: {}, parallelism: false, ...target, cache: false },
    ]),
  );
}
