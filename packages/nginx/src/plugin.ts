/** The Nx plugin: environments with the section `nginx` have these targets. */
import { inferTargets } from '@fairness-deploy/core/plugin';

export const name = '@fairness-deploy/nginx/plugin';

export const createNodes = inferTargets('nginx', {
  maintenance: {
    executor: '@fairness-deploy/nginx:maintenance',
    metadata: { description: 'Switches the maintenance page on or off, or tells whether it is on' },
  },
});

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
