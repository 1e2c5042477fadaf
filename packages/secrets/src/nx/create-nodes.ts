/**
 * The Nx plugin: every `environments/<name>/environment.yaml` has these targets. It runs at
 * each computation of the project graph, so it reads nothing.
 */
import { basename, dirname } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';

export const name = '@fairness-deploy/secrets/plugin';

const DESCRIPTIONS = {
  secrets: 'Opens the encrypted secrets in your editor',
  'secrets-show': 'Lists the secrets; values only with --reveal',
  'secrets-set': 'Writes one secret, from standard input or a prompt',
  'secrets-check': 'Says whether all declared secrets are there, and no others',
  'secrets-rekey': 'Encrypts the secrets anew: new password, other recipients',
} as const;

/** The targets themselves, for a plugin that adds them to environments of its own. */
export const secretsTargets: Readonly<Record<string, TargetConfiguration>> = Object.fromEntries(
  Object.entries(DESCRIPTIONS).map(([target, description]): [string, TargetConfiguration] => [
    target,
    {
      executor: `@fairness-deploy/secrets:${target}`,
      options: {},
      cache: false,
      parallelism: false,
      metadata: { description },
    },
  ]),
);

export const createNodes: CreateNodes = [
  'environments/*/environment.yaml',
  (files) =>
    files.map((file) => {
      const root = dirname(file);
      return [
        file,
        { projects: { [root]: { name: basename(root), targets: { ...secretsTargets } } } },
      ] as const;
    }),
];

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
