/** The Nx plugin: environments with the section `sandbox` have these targets. */
import { join } from 'node:path';
import { executorTargets, inferTargets } from '@fairness-deploy/core/plugin';

export const name = '@fairness-deploy/sandbox/plugin';

export const createNodes = inferTargets(
  'sandbox',
  executorTargets('@fairness-deploy/sandbox', join(__dirname, '../..')),
);

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
