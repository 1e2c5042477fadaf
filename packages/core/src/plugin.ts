/**
 * The Nx plugin: every `environments/<name>/environment.yaml` is a project. It runs at each
 * computation of the project graph, so it parses nothing, connects to nothing and never
 * throws; a broken file has its targets, and the error comes when one runs.
 */
import { basename, dirname } from 'node:path';
import { secretsTargets } from '@fairness-deploy/secrets/plugin';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';
import { asDeploymentTargets, ENVIRONMENT_FILES } from './plugin/infer-targets.js';

export { hasSection } from './plugin/has-section.js';
export {
  asDeploymentTargets,
  ENVIRONMENT_FILES,
  inferTargets,
  type Targets,
} from './plugin/infer-targets.js';

export const name = '@fairness-deploy/core/plugin';

const DESCRIPTIONS = {
  ping: 'Tells of each host whether it can be reached, as whom, and what it is',
  plan: 'Shows what provision would change, and changes nothing',
  provision: 'Makes the hosts as the environment describes them',
  deploy: 'Puts a commit on line',
  rollback: 'Puts the release before back on line, or another that was good',
  history: 'Shows who deployed what and when, and how it ended',
  attach: 'Follows what runs on the hosts to its end, or tells how the last job ended',
  cancel: 'Ends what runs on the hosts, which then take back what was done',
  status: 'Shows what runs on each host',
} as const;

const targets = asDeploymentTargets(
  Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([target, description]): [string, TargetConfiguration] => [
      target,
      { executor: `@fairness-deploy/core:${target}`, metadata: { description } },
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
        // Not an entry of their own in nx.json: Nx starts a process for each plugin.
        targets: { ...targets, ...secretsTargets },
      };
      return [file, { projects: { [root]: project } }] as const;
    }),
];

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
