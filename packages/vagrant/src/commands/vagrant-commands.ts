import type {
  CommonOptions,
  EnvironmentCommand,
  LocalCommand,
} from '@fairness-deploy/core/commands';
import type { DestroyOptions } from './destroy.js';
import type { TunnelOptions } from './tunnel.js';
import type { UpOptions } from './up.js';
import type { PassedOn } from './vagrant.js';

/** The commands of environments with a section `vagrant`; they need no secrets. */

const OF_VAGRANT = { section: 'vagrant', withoutSecrets: 'unread' } as const;

export const UP: EnvironmentCommand<UpOptions> = {
  ...{ name: 'up', ...OF_VAGRANT },
  interrupted: (name) => `VMs that are up stay: npx nx run ${name}:up continues`,
  load: async () => (await import('./up.js')).up,
};

export const RELOAD: EnvironmentCommand<CommonOptions> = {
  ...{ name: 'reload', ...OF_VAGRANT },
  interrupted: (name) => `Run it again: npx nx run ${name}:reload`,
  load: async () => (await import('./up.js')).reload,
};

export const HALT: EnvironmentCommand<CommonOptions> = {
  ...{ name: 'halt', ...OF_VAGRANT },
  interrupted: (name) => `Run it again: npx nx run ${name}:halt`,
  load: async () => (await import('./halt.js')).halt,
};

export const DESTROY: EnvironmentCommand<DestroyOptions> = {
  ...{ name: 'destroy', ...OF_VAGRANT },
  interrupted: (name) => `Run it again: npx nx run ${name}:destroy`,
  load: async () => (await import('./destroy.js')).destroy,
};

export const VM_STATUS: EnvironmentCommand<CommonOptions> = {
  ...{ name: 'vm-status', ...OF_VAGRANT },
  load: async () => (await import('./vm-status.js')).vmStatus,
};

export const TUNNEL: EnvironmentCommand<TunnelOptions> = {
  ...{ name: 'tunnel', ...OF_VAGRANT },
  interrupted: () => 'the tunnel is closed',
  load: async () => (await import('./tunnel.js')).tunnel,
};

export const VAGRANT: LocalCommand<PassedOn> = {
  ...{ name: 'vagrant', ...OF_VAGRANT },
  ownsOutput: () => true,
  load: async () => (await import('./vagrant.js')).passOn,
};
