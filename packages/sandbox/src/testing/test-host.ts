import { sshTransport, type Connection, type Target } from '@fairness-deploy/shell';
import { startHost, type StartOptions } from '../host/start-host.js';
import { stopHost } from '../host/stop-host.js';
import { type SandboxHost } from '../host/sandbox-host.js';

/** A real Debian host for tests. */
export interface TestHost {
  readonly host: SandboxHost;
  /** How to reach it, as root. */
  readonly target: Target;
  /** Opens a connection over SSH, as root by default. */
  connect(target?: Partial<Target>): Promise<Connection>;
  /** Removes the host and everything of it. */
  stop(): Promise<void>;
}

/**
 * Starts a host for one test file, a bare one unless a layer is given.
 *
 * @param name unique among the test files of a workspace.
 * @throws HintedError when this machine can't run hosts.
 */
export async function startTestHost(
  name: string,
  options: Omit<StartOptions, 'name' | 'workspace'> = {},
): Promise<TestHost> {
  const key = { name: `test-${name}`, workspace: process.cwd() };
  // The rest of an interrupted run.
  await stopHost(key);
  const host = await startHost({ ...options, ...key });
  const target: Target = {
    name,
    address: host.address,
    port: host.port,
    user: host.user,
    identityFile: host.identityFile,
    knownHostsFile: host.knownHostsFile,
    sudo: true,
  };
  const transport = sshTransport({ configFile: '/dev/null' });
  return {
    host,
    target,
    connect: (other) => transport.connect({ ...target, ...other }),
    stop: () => stopHost(key),
  };
}
