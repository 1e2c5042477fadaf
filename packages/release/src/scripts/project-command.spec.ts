import { expect, it } from 'vitest';
import { headersVariables } from './project-command.js';

it.each([
  // npm before 11: its node-gyp knows the older name only.
  [{ node: '16.20.2' }, ['npm_config_nodedir', 'npm_package_config_node_gyp_nodedir']],
  // npm 11 says: Unknown env config "nodedir".
  [{ node: '24.11.1' }, ['npm_package_config_node_gyp_nodedir']],
  [
    { node: '24.11.1', manager: { name: 'pnpm', version: '9.15.9' } },
    ['npm_config_nodedir', 'npm_package_config_node_gyp_nodedir'],
  ],
] as const)('headersVariables() of %o', (runtime, names) => {
  expect(headersVariables(runtime)).toEqual(names);
});
