import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeApplication } from '../lab/application.mjs';
import { manyResources, onHosts, onSandbox, pinsOf } from '../lab/environments.mjs';
import { NX, programs } from './programs.mjs';
import { settled, stopHosts } from '../lab/hosts.mjs';
import { startRelay } from '../lab/relay.mjs';
import { runCommand } from './run-command.mjs';
import { runProcess } from './run-process.mjs';
import { makeWorkspace } from '../lab/workspace.mjs';

/** Milliseconds, one way. */
const DELAY = 25;

/** The environments of the demo, on one host each. */
const NEAR = 'bench-near';
const FAR = 'bench-far';

const TEN = Array.from({ length: 10 }, (_, at) => `web-${at + 1}`);

/**
 * The hosts and environments that are measured on; each is made when it is first asked for.
 *
 * @param sandbox the library of packages/sandbox.
 */
export async function openLab(sandbox, report, signal) {
  const made = await makeWorkspace('bench', [NEAR, FAR]);
  const { addEnvironment } = made;
  const application = join(made.beside, 'application');
  const workspace = { folder: made.folder, application, commit: makeApplication(application) };
  // What a run that was killed has left.
  await stopHosts(workspace.folder);
  const layer = `bench-${createHash('sha256').update(workspace.folder).digest('hex').slice(0, 8)}`;
  const relays = [];

  const start = (environment, name, options = {}) => {
    signal.throwIfAborted();
    return sandbox.startHost({
      ...sandbox.hostKey(environment, name, workspace.folder),
      ...options,
      report,
    });
  };
  const engine = (environment, command, options, expected) =>
    runCommand(
      programs.engine(environment, command, [...options, '--json']),
      { cwd: workspace.folder, signal },
      expected,
    );
  const provision = (environment) => engine(environment, 'provision', ['--yes']);

  /** The hosts as they look from behind a network with latency. */
  const farAway = async (environment, hosts) => {
    const relay = await startRelay(hosts, DELAY);
    relays.push(relay);
    const far = relay.hosts;
    addEnvironment(environment, onHosts(workspace.application, far), pinsOf(far));
    const knownHostsFile = join(workspace.folder, 'environments', environment, 'known_hosts');
    return far.map((host) => ({ ...host, knownHostsFile }));
  };

  const near = once(async () => {
    addEnvironment(NEAR, onSandbox(workspace.application, ['web']));
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

  /** The same host, by an environment that doesn't wait once a release is well. */
  const unsettled = once(async () => {
    const { host } = await near();
    const environment = 'bench-unsettled';
    const description = onHosts(workspace.application, [host]);
    const health = (path) => ({ health: { path, settle: 0 } });
    description.application.processes = { client: health('/health'), api: health('/api/health') };
    addEnvironment(environment, description, pinsOf([host]));
    return { environment };
  });

  /** A copy of the host that is provisioned and deployed to, for others to begin with. */
  const copied = once(async () => {
    await near();
    // Whoever measures deploys tells why it failed.
    await deployed().catch(() => undefined);
    report('a copy of it, as a layer for other hosts');
    await sandbox.saveLayer(sandbox.hostKey(NEAR, 'web', workspace.folder), layer);
    return layer;
  });

  const far = once(async () => {
    const from = await copied();
    report(`a host ${2 * DELAY} ms away`);
    const [host] = await farAway(FAR, [await start(FAR, 'web', { layer: from })]);
    await provision(FAR);
    return { environment: FAR, host };
  });

  const tenNear = once(async () => {
    const environment = 'bench-ten';
    const from = await copied();
    addEnvironment(environment, onSandbox(workspace.application, TEN));
    report('ten hosts');
    const hosts = await settled(TEN.map((name) => start(environment, name, { layer: from })));
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

  const resources = async (place, count) => {
    const { host } = await (place === 'loopback' ? near() : far());
    const environment = `bench-${place}-${count}`;
    addEnvironment(environment, manyResources(count, [host]), pinsOf([host]));
    await provision(environment);
    return { environment };
  };

  return {
    workspace,
    near,
    deployed,
    unsettled,
    far,
    tenNear,
    tenFar,
    resources,
    /** Takes everything down as far as it can be. @throws Error of the first that can't. */
    async close() {
      report('taking everything down');
      try {
        await settled([
          // Its socket and its files are in the workspace.
          runProcess(programs.stopDaemon(), { cwd: workspace.folder, env: NX }),
          stopHosts(workspace.folder),
          ...relays.map((relay) => relay.stop()),
        ]);
        // Only now does nothing stand on it.
        await sandbox.deleteLayer(layer);
      } finally {
        made.remove();
      }
    },
  };
}

function once(make) {
  let made;
  return () => (made ??= make());
}
