/**
 * The Nx plugin: every `environments/<name>/environment.yaml` is a project. It runs at each
 * computation of the project graph, so it parses nothing, connects to nothing and never
 * throws; a broken file has its targets, and the error comes when one runs.
 */
import { basename, dirname, join } from 'node:path';
import type { CreateNodes } from '@nx/devkit';
import { executorTargets } from './executor-targets.js';
import { asDeploymentTargets, ENVIRONMENT_FILES } from './infer-targets.js';

export { nxPlugin, type NxPlugin } from './nx-plugin.js';

export const name = '@fairness-deploy/core/plugin';

/** They change nothing, so `nx run-many` may run those of several environments side by side. */
const SIDE_BY_SIDE = ['ping', 'plan', 'status', 'doctor', 'report'];

const own = Object.entries(executorTargets('@fairness-deploy/core', join(__dirname, '../..')));
const targets = asDeploymentTargets(
  Object.fromEntries(
    own.map(([target, settings]) => [
      target,
      { ...settings, parallelism: SIDE_BY_SIDE.includes(target) },
    ]),
  ),
);

export const createNodes: CreateNodes = [
  ENVIRONMENT_FILES,
  (files) =>
    files.map((file) => {
      const root = dirname(file);
      const project = {
        name: basename(root),
        projectType: 'application' as const,
        tags: ['environment'],
        metadata: {
          description: `The environment ${basename(root)}: its hosts and what is deployed on them`,
        },
        targets,
      };
      return [file, { projects: { [root]: project } }] as const;
    }),
];

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
