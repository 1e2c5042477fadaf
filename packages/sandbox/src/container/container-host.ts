import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedHost, SandboxHost } from '../driver/sandbox-host.js';
import { accepts } from '../system/accepts.js';
import { paths } from '../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { askWhether } from './ask.js';
import { containerName, type ContainerRecord } from './container-record.js';
import { type Container, inspectContainer } from './inspect.js';

/** The container of a host; as {@link inspectContainer}. */
export const containerOf = (record: ContainerRecord): Promise<Container | undefined> =>
  inspectContainer(record.engine, containerName(record));

/** How to reach a host, from here and from the others. */
export function describe(
  record: ContainerRecord,
  { address }: Pick<Container, 'address'>,
): SandboxHost {
  const { identity, knownHosts } = paths.container(record.id);
  const { 22: ssh = 22, ...published } = record.ports;
  return {
    id: record.id,
    name: record.name,
    workspace: record.workspace,
    ...(record.environment !== undefined && { environment: record.environment }),
    driver: 'container',
    release: record.release,
    address: '127.0.0.1',
    port: ssh,
    innerAddress: address,
    publishedPorts: published,
    usesGateway: record.gateway !== undefined,
    user: 'root',
    identityFile: identity,
    knownHostsFile: knownHosts,
  };
}

/** A record without a container is of an interrupted call. */
const NO_CONTAINER = { running: false, address: '' };

/** With the host's state at this moment. @throws HintedError when the engine doesn't answer. */
export async function withState(record: ContainerRecord): Promise<ListedHost> {
  const state = (await containerOf(record)) ?? NO_CONTAINER;
  return { ...describe(record, state), status: state.running ? 'running' : 'stopped' };
}

/** As {@link withState}; `unknown` when the engine doesn't answer: other hosts have nothing to do with it. */
export function listed(record: ContainerRecord): Promise<ListedHost> {
  return withState(record).catch(() => ({ ...describe(record, NO_CONTAINER), status: 'unknown' }));
}

/**
 * Waits until the host's sshd greets.
 * @throws HintedError when the container ends, or after 60 seconds.
 */
export async function waitForSsh(record: ContainerRecord): Promise<SandboxHost> {
  const port = record.ports[22] ?? 22;
  const deadline = Date.now() + 60_000;
  while (!(await accepts('127.0.0.1', port, 'SSH-'))) {
    const state = await containerOf(record);
    if (state?.running !== true || Date.now() > deadline) {
      const last = await askWhether(record.engine, ['logs', '--tail', '15', containerName(record)]);
      throw new HintedError(
        `Cannot start host "${record.name}": ${state?.running === true ? `no ssh on 127.0.0.1 port ${String(port)} after 60 s` : 'it ended while booting'}; its console said last:\n${said(last)}`,
      );
    }
    await sleep(50);
  }
  return describe(record, (await containerOf(record)) ?? NO_CONTAINER);
}

const said = (log = ''): string => (log.trim() === '' ? '(nothing)' : log.trim());
