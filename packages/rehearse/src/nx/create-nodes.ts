/** The Nx plugin: all environments but those of a sandbox have the target. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/rehearse',
  join(__dirname, '../..'),
  { without: 'sandbox' },
);
