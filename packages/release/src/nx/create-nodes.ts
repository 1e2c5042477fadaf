/** The Nx plugin: environments with the section `release` have these targets. */
import { join } from 'node:path';
import { executorTargets, inferTargets } from '@fairness-deploy/core/plugin';

export const name = '@fairness-deploy/release/plugin';

export const createNodes = inferTargets(
  'release',
  executorTargets('@fairness-deploy/release', join(__dirname, '../..')),
);

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
