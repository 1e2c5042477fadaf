/** The Nx plugin: environments with the section `nginx` have these targets. */
import { join } from 'node:path';
import { executorTargets, inferTargets } from '@fairness-deploy/core/plugin';

export const name = '@fairness-deploy/nginx/plugin';

export const createNodes = inferTargets(
  'nginx',
  executorTargets('@fairness-deploy/nginx', join(__dirname, '../..')),
);

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
