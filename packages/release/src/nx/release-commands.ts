import type {
  CommonOptions,
  EnvironmentCommand,
  LocalCommand,
} from '@fairness-deploy/core/commands';
import type { DeployOptions } from '../commands/deploy.js';
import type { TaskOptions } from '../commands/task.js';
import type { RestartOptions } from '../commands/restart.js';
import type { RollbackOptions } from '../commands/rollback.js';

/** The commands of environments with a section `release`. */

export const DEPLOY: EnvironmentCommand<DeployOptions> = {
  ...{ name: 'deploy', section: 'release' },
  load: async () => (await import('../commands/deploy.js')).deploy,
};

export const ROLLBACK: EnvironmentCommand<RollbackOptions> = {
  ...{ name: 'rollback', section: 'release', withoutSecrets: true },
  load: async () => (await import('../commands/rollback.js')).rollback,
};

export const RESTART: EnvironmentCommand<RestartOptions> = {
  ...{ name: 'restart', section: 'release', withoutSecrets: true },
  load: async () => (await import('../commands/restart.js')).restart,
};

export const HISTORY: EnvironmentCommand<CommonOptions> = {
  ...{ name: 'history', section: 'release', withoutSecrets: true },
  load: async () => (await import('../commands/history.js')).history,
};

export const TASK: LocalCommand<TaskOptions> = {
  ...{ name: 'task', section: 'release', withoutSecrets: true },
  ownsOutput: ({ json = false }) => !json,
  succeeded: (status) => status === 0,
  load: async () => (await import('../commands/task.js')).task,
};
