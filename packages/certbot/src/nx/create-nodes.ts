/** The Nx plugin: environments with the section `certbot` have these targets. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/certbot',
  join(__dirname, '../..'),
  'certbot',
);
