/** The Nx plugin: environments with the section `nginx` have these targets. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/nginx',
  join(__dirname, '../..'),
  'nginx',
);
