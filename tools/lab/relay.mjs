import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Puts a latency in front of hosts: a process of its own listens on a port of this machine
 * for each and passes everything on, `delay` milliseconds later each way.
 *
 * @returns the ports, in the order of the hosts, and how to end it.
 */
export async function startRelay(hosts, delay) {
  const relay = fork(new URL('relay-process.mjs', import.meta.url), { execArgv: [] });
  const upstreams = hosts.map(({ address, port }) => ({ host: address, port }));
  relay.send({ upstreams, delay });
  const failed = once(relay, 'exit').then(([code]) => {
    throw new Error(`Cannot start the relay: it ended with ${String(code)}`);
  });
  failed.catch(() => undefined);
  const [{ ports }] = await Promise.race([once(relay, 'message'), failed]);
  return {
    ports,
    stop: async () => {
      const gone = once(relay, 'exit');
      relay.disconnect();
      await gone;
    },
  };
}
