/** The Nx plugin: environments with the section `alerts` have these targets. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/alerts',
  join(__dirname, '../..'),
  'alerts',
);
