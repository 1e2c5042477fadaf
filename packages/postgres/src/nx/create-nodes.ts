/** The Nx plugin: environments with the section `postgres` have these targets. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/postgres',
  join(__dirname, '../..'),
  'postgres',
);
