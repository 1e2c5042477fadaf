import type { CommandOptions } from '../runner/run.js';
import type { EnvironmentCommand } from '../runner/run-on-environment.js';

/**
 * The commands that all environments have. Each is a module of its own: a command loads only what
 * it needs.
 */
export const OWN_COMMANDS = {
  ping: { withoutSecrets: true, load: async () => (await import('./ping.js')).ping },
  provision: { load: async () => (await import('./provision.js')).provision },
  decommission: { load: async () => (await import('./decommission.js')).decommission },
  attach: { withoutSecrets: true, load: async () => (await import('./attach.js')).attach },
  cancel: { withoutSecrets: true, load: async () => (await import('./cancel.js')).cancel },
  doctor: { withoutSecrets: true, load: async () => (await import('./doctor.js')).doctor },
  logs: { withoutSecrets: true, load: async () => (await import('./logs.js')).logs },
  report: { withoutSecrets: true, load: async () => (await import('./report.js')).report },
  status: { withoutSecrets: true, load: async () => (await import('./status.js')).status },
} as const satisfies Readonly<Record<string, Omit<EnvironmentCommand<CommandOptions>, 'name'>>>;
