import type { Host, Plugin } from '@fairness-deploy/core';
import type { Issue } from '@fairness-deploy/environment-file';
import { describeHost } from './host/describe-host.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { sandboxSchema, type SandboxSection } from './section.js';

/** The deployment plugin: an environment with a `sandbox` section has its hosts on this machine. */
export const plugin: Plugin<SandboxSection> = {
  section: 'sandbox',
  schema: sandboxSchema,
  validate: (_, { hosts }) => hosts.flatMap(unusedSettings),
  /** @throws HintedError when the host isn't up. */
  target(host, environment) {
    const up = describeHost(environment.name, host.name, environment.workspace);
    if (up === undefined) {
      throw new HintedError(
        `Cannot reach host "${host.name}": the sandbox of "${environment.name}" isn't up`,
        { hint: `npx nx run ${environment.name}:up` },
      );
    }
    const { address, port, user, identityFile, knownHostsFile } = up;
    return { address, port, user, identityFile, knownHostsFile };
  },
};

/** A sandbox host has an address, a port and a key of its own, and root logs in. */
function unusedSettings(host: Host): readonly Issue[] {
  return (['user', 'port', 'identityFile'] as const)
    .filter((key) => host[key] !== undefined)
    .map((key) => ({
      path: [],
      message: `"hosts.${host.name}.${key}" has no effect on a host of the sandbox`,
      hint: `remove "${key}": the sandbox sets it`,
    }));
}
