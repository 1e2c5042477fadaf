import { join } from 'node:path';
import { Secret } from '@fairness-deploy/shell/secret';
import { type Target } from '@fairness-deploy/shell';
import type { Environment, Host } from '../inventory/environment.js';
import type { Plugin } from '../plugin/plugin.js';

/** Where an environment's pinned host keys are kept; in git. */
function knownHostsFileOf(environment: Environment): string {
  return join(environment.folder, 'known_hosts');
}

/** What sudo asks for on a host: the whole text, which may have several secrets. Undefined: nothing. */
export function sudoPasswordOf({
  name,
  sudoPassword,
}: Pick<Host, 'name' | 'sudoPassword'>): Secret | undefined {
  return sudoPassword && new Secret(`hosts.${name}.sudoPassword`, sudoPassword.reveal());
}

/**
 * How to reach a host: by the environment, completed by the plugin that runs the host, if one does.
 *
 * @param sudo `without password`: the password of sudo isn't used, so its secret isn't read.
 */
export async function targetOf(
  environment: Environment,
  plugins: readonly Plugin[],
  host: Host,
  sudo: 'with password' | 'without password' = 'with password',
): Promise<Target> {
  const sudoPassword = sudo === 'with password' ? sudoPasswordOf(host) : undefined;
  const own: Target = {
    name: host.name,
    address: host.address,
    knownHostsFile: knownHostsFileOf(environment),
    sudo: host.sudo,
    ...(host.port !== undefined && { port: host.port }),
    ...(host.user !== undefined && { user: host.user }),
    ...(host.identityFile !== undefined && { identityFile: host.identityFile }),
    ...(host.shellTimeout !== undefined && { shellTimeout: host.shellTimeout }),
    ...(sudoPassword && { sudoPassword }),
  };
  const completed = await Promise.all(
    plugins.map(async (plugin) => plugin.target?.(host, environment)),
  );
  return completed.reduce<Target>((target, more) => ({ ...target, ...more }), own);
}
