import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  deleteLayer,
  hostKey,
  saveLayer,
  startNspawnHost,
  type Report,
  type SandboxHost,
} from '@fairness-deploy/sandbox';
import { makeApplication } from '../lab/application.mjs';
import { manyResources, onHosts, onSandbox, pinsOf } from '../lab/environments.mjs';
import { settled, stopHosts } from '../lab/hosts.mjs';
import { startRelay, type Relay } from '../lab/relay.mjs';
import { makeWorkspace } from '../lab/workspace.mjs';
import { type Sample } from './measure.mjs';
import { NX, programs } from './programs.mjs';
import { runCommand } from './run-command.mjs';
import { runProcess } from './run-process.mjs';

/** Milliseconds, one way. */
const ONE_WAY_DELAY_MILLISECONDS = 25;

/** The environments of the demo, on one host each. */
const NEAR = 'bench-near';
const FAR = 'bench-far';

const TEN = Array.from({ length: 10 }, (_, at) => `web-${String(at + 1)}`);

export type Lab = Awaited<ReturnType<typeof openLab>>;

/** The measured hosts and environments; each is made on demand. */
export async function openLab(report: Report, signal: AbortSignal) {
  const made = await makeWorkspace('bench', [NEAR, FAR]);
  const { addEnvironment, folder } = made;
  const application = join(made.beside, 'application');
  const workspace = { folder, application, commit: makeApplication(application) };
  // The rest of a run that was killed.
  await stopHosts(folder);
  const layer = `bench-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  const relays: Relay[] = [];

  const start = (environment: string, name: string, from?: string): Promise<SandboxHost> => {
    signal.throwIfAborted();
    return startNspawnHost({
      ...hostKey(environment, name, folder),
      ...(from !== undefined && { layer: from }),
      report,
    });
  };
  const engine = (
    environment: string,
    command: string,
    options: readonly string[],
  ): Promise<Sample> =>
    runCommand(programs.engine(environment, command, [...options, '--json']), {
      cwd: folder,
      signal,
    });
  const provision = (environment: string): Promise<Sample> =>
    engine(environment, 'provision', ['--yes']);

  /** The hosts as they look from behind a network with latency. */
  const farAway = async (
    environment: string,
    hosts: readonly SandboxHost[],
  ): Promise<readonly SandboxHost[]> => {
    const relay = await startRelay(hosts, ONE_WAY_DELAY_MILLISECONDS);
    relays.push(relay);
    addEnvironment(environment, onHosts(application, relay.hosts), pinsOf(relay.hosts));
    const knownHostsFile = join(folder, 'environments', environment, 'known_hosts');
    return relay.hosts.map((host) => ({ ...host, knownHostsFile }));
  };

  const near = once(async () => {
    addEnvironment(NEAR, onSandbox(application, ['web']));
    report('a bare host');
    const host = await start(NEAR, 'web');
    report('its first provision');
    return { environment: NEAR, host, provisioned: await provision(NEAR) };
  });

  const deployed = once(async () => {
    await near();
    report('its first deploy');
    return engine(NEAR, 'deploy', []);
  });

  /** The same host, by an environment that doesn't wait after a release has passed its checks. */
  const unsettled = once(async () => {
    const { host } = await near();
    const environment = 'bench-unsettled';
    const description = onHosts(application, [host]);
    const health = (path: string) => ({ health: { path, settle: 0 } });
    const processes = { client: health('/health'), api: health('/api/health') };
    addEnvironment(
      environment,
      { ...description, application: { ...description.application, processes } },
      pinsOf([host]),
    );
    return { environment };
  });

  /** A copy of the host that is provisioned and deployed to, for others to begin with. */
  const copied = once(async () => {
    await near();
    // The measure that deploys reports why it failed.
    await deployed().catch(() => undefined);
    report('a copy of it, as a layer for other hosts');
    await saveLayer(hostKey(NEAR, 'web', folder), layer);
    return layer;
  });

  const far = once(async () => {
    const from = await copied();
    report(`a host ${String(2 * ONE_WAY_DELAY_MILLISECONDS)} ms away`);
    const [host] = await farAway(FAR, [await start(FAR, 'web', from)]);
    if (!host) throw new Error('There is no host');
    await provision(FAR);
    return { environment: FAR, host };
  });

  const tenNear = once(async () => {
    const environment = 'bench-ten';
    const from = await copied();
    addEnvironment(environment, onSandbox(application, TEN));
    report('ten hosts');
    const hosts = await settled(TEN.map((name) => start(environment, name, from)));
    await provision(environment);
    return { environment, hosts };
  });

  const tenFar = once(async () => {
    const { hosts } = await tenNear();
    const environment = 'bench-ten-far';
    await farAway(environment, hosts);
    await provision(environment);
    return { environment };
  });

  const resources = async (place: 'loopback' | '50ms', count: number) => {
    const { host } = await (place === 'loopback' ? near() : far());
    const environment = `bench-${place}-${String(count)}`;
    addEnvironment(environment, manyResources(count, [host]), pinsOf([host]));
    await provision(environment);
    return { environment };
  };

  return {
    workspace,
    addEnvironment,
    report,
    near,
    deployed,
    unsettled,
    far,
    tenNear,
    tenFar,
    resources,
    /** Takes everything down as far as possible. @throws the first error. */
    async close() {
      report('taking everything down');
      try {
        await settled<unknown>([
          // Its socket and its files are in the workspace.
          runProcess(programs.stopDaemon(), { cwd: folder, env: NX }),
          stopHosts(folder),
          ...relays.map((relay) => relay.stop()),
        ]);
        // Only now does no host use it.
        await deleteLayer(layer);
      } finally {
        made.remove();
      }
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
