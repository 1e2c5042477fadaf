import { sshTransport, type Connection, type Target } from '@fairness-deploy/shell';
import { startNspawnHost, type NspawnOptions } from '../nspawn/host/start-nspawn-host.js';
import { stopNspawnHost } from '../nspawn/host/stop-nspawn-host.js';
import { type NspawnHost } from '../nspawn/host/nspawn-host.js';
import { testRelease } from './test-release.js';

/** A real Debian host for tests. */
export interface TestHost {
  readonly host: NspawnHost;
  /** How to reach it, as root. */
  readonly target: Target;
  /** Opens a connection over SSH, as root by default. */
  connect(target?: Partial<Target>): Promise<Connection>;
  /** Removes the host and everything of it. */
  stop(): Promise<void>;
}

/**
 * Starts a host for one test file, a bare one unless a layer is given. A bare one has the release of
 * TEST_RELEASE, unless one is named.
 *
 * @param name unique among the test files of a workspace.
 * @throws HintedError when this machine can't run hosts.
 */
export async function startTestHost(
  name: string,
  options: Omit<NspawnOptions, 'name' | 'workspace'> = {},
): Promise<TestHost> {
  const key = { name: `test-${name}`, workspace: process.cwd() };
  const release = options.layer === undefined ? testRelease() : undefined;
  // The rest of an interrupted run.
  await stopNspawnHost(key);
  const host = await startNspawnHost({ ...(release && { release }), ...options, ...key });
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
    stop: () => stopNspawnHost(key),
  };
}
