import { canonical, hostId, shortName } from '../driver/host-id.js';
import { DEFAULT_RELEASE, type SandboxHost, type StartOptions } from '../driver/sandbox-host.js';
import { gatewayName } from '../gateway/endpoint.js';
import { removeLock, withLock } from '../system/lock.js';
import { silent } from '../system/report.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { personaliseContainer } from './container-files.js';
import { ask } from './ask.js';
import { isOwn, labelsOf } from './container-labels.js';
import { containerOf, describe, waitForSsh } from './container-host.js';
import {
  ensureContainerGateway,
  ensureContainerNetwork,
  gatewayAddressOf,
  NETWORK,
} from './container-network.js';
import {
  containerName,
  type ContainerRecord,
  readContainerRecord,
  readContainerRecords,
  writeContainerRecord,
} from './container-record.js';
import { type Engine, engineProblems, findEngine } from './engine.js';
import { freePorts, isFree } from './free-ports.js';
import { buildImage } from './image.js';
import { isOutsideClosed } from './outside.js';
import { removeContainer } from './stop-container.js';

/** What a host publishes in any case: sshd, and the site. */
const PUBLISHED = [22, 80, 443] as const;

/** The engine of this machine. @throws HintedError when there is none that answers. */
export async function needEngine(): Promise<Engine> {
  const engine = await findEngine();
  if (engine !== undefined) return engine;
  throw new HintedError(`Cannot run hosts in containers: ${(await engineProblems()).join('\n')}`, {
    hint: 'Install Podman (https://podman.io) or Docker, and see that it answers: podman info',
  });
}

/**
 * Starts a host in a container, and resolves when ssh answers: as {@link Driver.start} says.
 * @throws HintedError when no engine answers, the image can't be built, a port is taken, or it doesn't boot.
 */
export async function startContainerHost(options: StartOptions): Promise<SandboxHost> {
  const id = hostId(options);
  const engine = await needEngine();
  const lock = `container-${id}`;
  return await withLock(lock, async () => {
    const known = readContainerRecord(id);
    const state = known && (await containerOf(known));
    if (known?.personalised === true && state !== undefined) {
      return state.running ? await upAgain(known) : await bootContainer(engine, known);
    }
    // What an interrupted call has left.
    if (known !== undefined) await removeContainer(known);
    const { image, record } = await recordHost(engine, id, options);
    try {
      return await bootContainer(engine, await create(engine, record, image, options));
    } catch (error) {
      await removeContainer(record);
      await removeLock(lock);
      throw error;
    }
  });
}

/** A host that runs gets its gateway back where that has ended. */
async function upAgain(record: ContainerRecord): Promise<SandboxHost> {
  if (record.gateway !== undefined) await ensureContainerGateway(record.gateway);
  return await waitForSsh(record);
}

/** Starts a container that is there. Call it while holding the host's lock. */
export async function bootContainer(
  { program, globalOptions }: Pick<Engine, 'program' | 'globalOptions'>,
  record: ContainerRecord,
): Promise<SandboxHost> {
  const state = await containerOf(record);
  if (state?.running === true) return describe(record, state);
  await refuseTakenPorts(record);
  await ask(program, [...globalOptions, 'start', containerName(record)]);
  return await upAgain(record);
}

/** Puts a new host on record, with its ports, after its image has been built. */
async function recordHost(
  engine: Engine,
  id: string,
  options: StartOptions,
): Promise<{ readonly image: string; readonly record: ContainerRecord }> {
  const { report = silent, release = DEFAULT_RELEASE } = options;
  const closed = await isOutsideClosed();
  const image = await buildImage(engine, release, closed, report);
  const record = await withLock('containers', async () => {
    await ensureContainerNetwork(engine);
    const made: ContainerRecord = {
      version: 1,
      id,
      name: options.name,
      workspace: canonical(options.workspace),
      ...(options.environment !== undefined && { environment: options.environment }),
      engine: engine.program,
      release,
      ports: await portsOf(options.ports ?? {}),
      personalised: false,
      ...(closed && { gateway: await gatewayAddressOf(engine) }),
    };
    // Within the lock: the network stays while there is a record.
    await writeContainerRecord(made);
    return made;
  });
  return { image, record };
}

/** Makes the container of a host, with its own keys. */
async function create(
  engine: Engine,
  record: ContainerRecord,
  image: string,
  options: StartOptions,
): Promise<ContainerRecord> {
  const { program, globalOptions } = engine;
  await removeUnrecorded(record);
  await ask(program, [...globalOptions, ...createWords(engine, record, image, options)]);
  await personaliseContainer(record, options.authorizedKeys ?? []);
  const made = { ...record, personalised: true };
  await writeContainerRecord(made);
  return made;
}

/**
 * What the engine has made for a client that was killed in the meantime, and has no record.
 * @throws HintedError when somebody else's container has the name.
 */
async function removeUnrecorded(record: ContainerRecord): Promise<void> {
  const there = await containerOf(record);
  if (there === undefined) return;
  if (!isOwn(there)) {
    throw new HintedError(
      `Cannot start host "${record.name}": ${record.engine} has a container "${there.name}" that is not of this user's sandboxes`,
      { hint: `See what it is, and remove or rename it: ${record.engine} inspect ${there.name}` },
    );
  }
  await ask(record.engine, ['rm', '--force', '--volumes', there.name]);
}

/**
 * The kernel ends a container that reboots by a signal (reboot(2)): the engine starts it again, so many
 * times in a row. One that can't boot is not tried for ever.
 */
const REBOOTS = 20;

function createWords(
  { program, createOptions }: Engine,
  record: ContainerRecord,
  image: string,
  { memory }: StartOptions,
): readonly string[] {
  return [
    ...['create', '--name', containerName(record), '--hostname', shortName(record.name)],
    ...['--network', NETWORK, ...labelsOf(record)],
    ...createOptions,
    ...['--restart', `on-failure:${String(REBOOTS)}`],
    ...(memory === undefined ? [] : ['--memory', String(memory)]),
    // Docker writes /etc/hosts anew at each start.
    ...(program === 'docker' && record.gateway !== undefined
      ? ['--add-host', `${gatewayName}:${record.gateway}`]
      : []),
    ...Object.entries(record.ports).flatMap(([inner, outer]) => [
      '--publish',
      `127.0.0.1:${String(outer)}:${inner}`,
    ]),
    image,
  ];
}

/** Fixed for the host's life: an engine that chose them would choose anew at each start. */
async function portsOf(
  wanted: Readonly<Record<number, number>>,
): Promise<Readonly<Record<number, number>>> {
  const open = PUBLISHED.filter((port) => wanted[port] === undefined);
  const others = readContainerRecords().flatMap(({ ports }) => Object.values(ports));
  const free = await freePorts(open.length, [...others, ...Object.values(wanted)]);
  return { ...wanted, ...Object.fromEntries(open.map((port, i) => [port, free[i] ?? 0])) };
}

/** @throws HintedError when another program has one of the host's ports. */
async function refuseTakenPorts({ name, ports }: ContainerRecord): Promise<void> {
  for (const [inner, outer] of Object.entries(ports)) {
    if (await isFree(outer)) continue;
    throw new HintedError(
      `Cannot start host "${name}": another program of this machine has port ${String(outer)}, which leads to its port ${inner}`,
      {
        hint: 'End that program, or choose another port: sandbox: { ports: … }. A host that is there keeps its ports until it is taken down',
      },
    );
  }
}
