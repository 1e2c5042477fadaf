import { childEnvironment } from '../client/child-environment.js';

/**
 * The variables of a program that runs Nx in a test: without its daemon and its live view. In CI the test
 * runner's own children have colours, which stand between the words that a test looks for.
 */
export function nxEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(),
    ...{ NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1', FORCE_COLOR: undefined },
    ...more,
  };
}
