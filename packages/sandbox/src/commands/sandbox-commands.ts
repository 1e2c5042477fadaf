import type {
  CommonOptions,
  EnvironmentCommand,
  LocalCommand,
} from '@fairness-deploy/core/commands';
import type { UpOptions } from './up.js';

/** The commands of environments with a section `sandbox`; they need no secrets. */

const OF_SANDBOX = { section: 'sandbox', withoutSecrets: 'unread' } as const;

export const UP: EnvironmentCommand<UpOptions> = {
  ...{ name: 'up', ...OF_SANDBOX },
  interrupted: (name) =>
    `Hosts that are up stay: npx nx run ${name}:up continues, npx nx run ${name}:down takes them down`,
  load: async () => (await import('./up.js')).up,
};

export const DOWN: LocalCommand<CommonOptions> = {
  ...{ name: 'down', ...OF_SANDBOX },
  interrupted: (name) => `Run it again: npx nx run ${name}:down`,
  load: async () => (await import('./down.js')).down,
};

export const SANDBOXES: LocalCommand<CommonOptions> = {
  name: 'sandboxes',
  load: async () => (await import('./list.js')).list,
};
