/** The Nx plugin: environments with the section `sandbox` have these targets. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/sandbox',
  join(__dirname, '../..'),
  'sandbox',
);
