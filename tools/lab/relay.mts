import { fork } from 'node:child_process';
import { type SandboxHost } from '@fairness-deploy/sandbox';
import { endOf, messageOf } from './child.mjs';
import { relayAnswerSchema, type RelayOrder } from './relay-messages.mjs';

export interface Relay {
  /** The hosts behind it, in their order. */
  readonly hosts: readonly SandboxHost[];
  stop(): Promise<void>;
}

/**
 * Puts a latency in front of hosts: a process of its own listens on a port of this machine for each
 * and forwards everything, `delay` milliseconds later each way.
 */
export async function startRelay(hosts: readonly SandboxHost[], delay: number): Promise<Relay> {
  const relay = fork(new URL('relay-process.mjs', import.meta.url), { execArgv: [] });
  const upstreams = hosts.map(({ address, port }) => ({ host: address, port }));
  relay.send({ upstreams, delay } satisfies RelayOrder);
  const { ports } = relayAnswerSchema.parse(await messageOf(relay));
  return {
    hosts: hosts.map((host, at) => {
      const port = ports[at];
      if (port === undefined)
        throw new Error('The relay listens on fewer ports than there are hosts');
      return { ...host, address: '127.0.0.1', port };
    }),
    stop: async () => {
      const gone = endOf(relay);
      relay.disconnect();
      await gone;
    },
  };
}
