/** The Nx plugin: environments with the section `sandbox` have these targets. */
import { inferTargets } from '@fairness-deploy/core/plugin';

export const name = '@fairness-deploy/sandbox/plugin';

const DESCRIPTIONS = {
  up: 'Brings up the sandbox: disposable Debian hosts on this machine',
  down: 'Takes the sandbox down and leaves nothing of it',
  ssh: 'Opens a shell on a host of the sandbox, or runs a command there',
  sandboxes: 'Lists the sandbox hosts of this machine',
} as const;

export const createNodes = inferTargets(
  'sandbox',
  Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([target, description]) => [
      target,
      { executor: `@fairness-deploy/sandbox:${target}`, metadata: { description } },
    ]),
  ),
);

/** The name that Nx before 23 knows. */
export const createNodesV2 = createNodes;
