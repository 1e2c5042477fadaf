import { describeHost } from './describe-host.js';
import { SandboxError } from './sandbox-error.js';
import { sandboxSchema } from './section.js';

/** The parts of core's Host and Environment that tell which sandbox host is meant. */
interface HostOfEnvironment {
  readonly name: string;
}
interface EnvironmentOfHost {
  readonly name: string;
  readonly workspace: string;
}

/** How core connects to a sandbox host (core's Target without its name). */
export interface SandboxTarget {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly sudo: boolean;
}

/** The deployment plugin: an environment with a `sandbox` section has its hosts on this machine. */
export const plugin = {
  section: 'sandbox',
  schema: sandboxSchema,
  /** @throws SandboxError when the host isn't up. */
  target(host: HostOfEnvironment, environment: EnvironmentOfHost): SandboxTarget {
    const up = describeHost(environment.name, host.name, environment.workspace);
    if (up === undefined) {
      throw new SandboxError(
        `Cannot reach host '${host.name}': the sandbox of '${environment.name}' isn't up`,
        `npx nx run ${environment.name}:up`,
      );
    }
    const { address, port, user, identityFile, knownHostsFile } = up;
    return { address, port, user, identityFile, knownHostsFile, sudo: false };
  },
};
