/** The Nx plugin: environments with the section `vagrant` have these targets. Vagrant itself is not run for them. */
import { join } from 'node:path';
import { nxPlugin } from '@fairness-deploy/core/plugin';

export const { name, createNodes, createNodesV2 } = nxPlugin(
  '@fairness-deploy/vagrant',
  join(__dirname, '../..'),
  'vagrant',
);
