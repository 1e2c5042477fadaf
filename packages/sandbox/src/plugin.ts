import { dirname, join } from 'node:path';
import type { CreateNodes, CreateNodesContext, CreateNodesResult } from '@nx/devkit';
import { hasSandbox, sandboxTargets } from './infer-targets.js';

/** Adds `up`, `down`, `ssh` and `sandboxes` to every environment that has a sandbox. */
export const createNodesV2: CreateNodes = [
  'environments/*/environment.yaml',
  (files, _options, context) => files.map((file) => [file, nodes(file, context)] as const),
];

export const createNodes = createNodesV2;

function nodes(file: string, { workspaceRoot }: CreateNodesContext): CreateNodesResult {
  if (!hasSandbox(join(workspaceRoot, file))) return {};
  return { projects: { [dirname(file)]: { targets: { ...sandboxTargets } } } };
}
