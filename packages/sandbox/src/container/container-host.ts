import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '@fairness-deploy/core';
import type { ListedHost, SandboxHost } from '../driver/sandbox-host.js';
import { accepts } from '../system/accepts.js';
import { query } from '../system/command.js';
import { paths } from '../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { type ContainerRecord } from './container-record.js';

/** The name of a host's container. */
export const containerName = ({ id }: Pick<ContainerRecord, 'id'>): string =>
  `fairness-deploy-${id}`;

export interface ContainerState {
  readonly running: boolean;
  /** Its address in the network of the hosts; empty while it doesn't run. */
  readonly address: string;
}

// Of `inspect`, the parts that Podman and Docker have in common.
const inspected = z.tuple([
  z.object({
    State: z.object({ Running: z.boolean() }),
    NetworkSettings: z.object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
    }),
  }),
]);

/** @returns undefined where the engine has no such container, or doesn't answer. */
export async function inspectContainer(
  record: ContainerRecord,
): Promise<ContainerState | undefined> {
  const output = await query(record.engine, ['container', 'inspect', containerName(record)]);
  if (output === undefined) return undefined;
  const [{ State, NetworkSettings }] = inspected.parse(JSON.parse(output));
  const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  return { running: State.Running, address: addresses.find((one) => one !== '') ?? '' };
}

/** How to reach a host, from here and from the others. */
export function describe(record: ContainerRecord, { address }: ContainerState): SandboxHost {
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

/** With the host's state at this moment; a record without a container is of an interrupted call. */
export async function listed(record: ContainerRecord): Promise<ListedHost> {
  const state = (await inspectContainer(record)) ?? { running: false, address: '' };
  return { ...describe(record, state), status: state.running ? 'running' : 'stopped' };
}

/**
 * Waits until the host's sshd greets.
 * @throws HintedError when the container ends, or after 60 seconds.
 */
export async function waitForSsh(record: ContainerRecord): Promise<SandboxHost> {
  const port = record.ports[22] ?? 22;
  const deadline = Date.now() + 60_000;
  while (!(await accepts('127.0.0.1', port, 'SSH-'))) {
    const state = await inspectContainer(record);
    if (state?.running !== true || Date.now() > deadline) {
      const last = await query(record.engine, ['logs', '--tail', '15', containerName(record)]);
      throw new HintedError(
        `Cannot start host "${record.name}": ${state?.running === true ? `no ssh on 127.0.0.1 port ${String(port)} after 60 s` : 'it ended while booting'}; its console said last:\n${said(last)}`,
      );
    }
    await sleep(50);
  }
  return describe(record, (await inspectContainer(record)) ?? { running: false, address: '' });
}

const said = (log = ''): string => (log.trim() === '' ? '(nothing)' : log.trim());
