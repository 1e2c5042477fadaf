import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, type ForwardedPort, type Forwarding } from '@fairness-deploy/shell';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { isHostGone } from '../plugin/host-gone-error.js';
import type { OpenHost } from './on-hosts.js';
import type { Run } from './run.js';

/** Seconds between two tries to connect again: at first, and at most. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;

/** A port that {@link keepPortsUp} keeps up. */
export interface KeptPort {
  readonly port: ForwardedPort;
  /** For messages, such as `The tunnel of the site`. */
  readonly name: string;
  /** What users read when it is up for the first time; `port` is the one that listens. */
  readonly described: (port: number) => string;
  /** What to do when it can't be listened on. Default: as the transport says. */
  readonly otherwise?: string;
}

/** What it takes of the run: where it reports, and what ends it. */
type Keeper = Pick<Run, 'reporter' | 'jobs'>;

type Open = Pick<OpenHost, 'host' | 'forward'>;

/**
 * Keeps ports up that lead to a host or from it, until Ctrl-C. Each has a connection of its own. After a loss,
 * it connects again, after a pause that grows to half a minute.
 *
 * @throws Error when one of them can't be had at first, or the host is gone for good (a HostGoneError): all are closed
 *   then. Other failures of later tries are reported, and repeated.
 */
export async function keepPortsUp(
  run: Keeper,
  open: Open,
  ports: readonly KeptPort[],
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([run.jobs.signal, over.signal]);
  const tries = await Promise.allSettled(ports.map((port) => forwardOn(run, open, port, signal)));
  const forwardings = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = tries.find((one) => one.status === 'rejected');
  if (failed) {
    await Promise.all(forwardings.map((forwarding) => forwarding.close()));
    if (signal.aborted) return;
    throw failed.reason;
  }
  const kept = ports.map((port, at) => {
    const forwarding = forwardings[at];
    say(run, open, port.described(forwarding?.port ?? port.port.port));
    return keepUp(run, open, port, forwarding, signal).catch((error: unknown) => {
      over.abort();
      throw error;
    });
  });
  const ends = await Promise.allSettled(kept);
  const gone = ends.find((one) => one.status === 'rejected');
  if (gone) throw gone.reason;
}

async function keepUp(
  run: Keeper,
  open: Open,
  port: KeptPort,
  first: Forwarding | undefined,
  signal: AbortSignal,
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  let forwarding = first;
  let pause = FIRST_PAUSE_SECONDS;
  while (!isOver()) {
    if (forwarding) {
      const reason: string | undefined = await forwarding.ended;
      if (reason === undefined) return;
      say(run, open, `${port.name} was lost: ${reason}. Connecting again`);
      pause = FIRST_PAUSE_SECONDS;
    }
    await sleep(pause * 1000, undefined, { signal }).catch(() => undefined);
    if (isOver()) return;
    pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS);
    forwarding = await forwardOn(run, open, port, signal).catch((error: unknown) => {
      if (isOver()) return undefined;
      if (isHostGone(error)) throw error;
      say(run, open, `${failureOf(error).message}. Trying again in ${String(pause)} s`);
      return undefined;
    });
    if (forwarding) say(run, open, `${port.name} is up again`);
  }
}

async function forwardOn(
  run: Keeper,
  open: Open,
  { port, otherwise }: KeptPort,
  signal: AbortSignal,
): Promise<Forwarding> {
  if (!open.forward) {
    throw new Error(`Cannot forward a port of ${open.host.name}: its transport forwards none`);
  }
  try {
    return await open.forward(
      port,
      (text) => {
        say(run, open, text);
      },
      signal,
    );
  } catch (error) {
    if (otherwise === undefined || !(error instanceof ConnectError) || error.reason !== 'port') {
      throw error;
    }
    throw new HintedError(error.message, { hint: otherwise, cause: error });
  }
}

function say({ reporter }: Keeper, { host }: Open, text: string): void {
  reporter.report({ type: 'notice', host: host.name, text });
}
