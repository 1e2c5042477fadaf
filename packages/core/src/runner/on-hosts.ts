import { JobLostError } from '../engine/run-job.js';
import type { Environment, Host } from '../inventory/environment.js';
import type { Outcome, ReportEvent } from '../report/event.js';
import { type Connection, HostKeyError, type Target } from '@fairness-deploy/shell';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { andThen } from './pinning.js';
import { type ExitCode, type Run } from './run.js';
import { pluginsOn } from './plugins-on-host.js';
import { targetOf } from './target-of.js';

/** A host of the run with its open connection. */
export interface OpenHost {
  readonly host: Host;
  readonly connection: Connection;
  /** Makes one more connection to it. */
  readonly another: () => Promise<Connection>;
  /** When work on it began, by performance.now(). */
  readonly since: number;
}

/** How work on a host ended, for the report. */
export interface HostEnd {
  readonly outcome: Outcome;
  readonly summary: string;
  /** What to do. */
  readonly hint?: string;
}

/** What a host's work came to; undefined where it failed, which has been reported then. */
export type PerHost<T> = readonly { readonly open: OpenHost; readonly value: T }[];

/**
 * Connects to all hosts of the environment side by side, does the work, and closes the
 * connections whatever happens.
 *
 * @param unreached `stop`: nothing is done on any host when one can't be reached; `go-on`:
 *   the work is done on the others.
 * @returns undefined when nothing was done.
 */
export async function onHosts<T>(
  run: Run,
  unreached: 'stop' | 'go-on',
  work: (hosts: readonly OpenHost[]) => Promise<T>,
): Promise<T | undefined> {
  const opened = await Promise.all(run.hosts.map((host) => open(run, host)));
  const hosts = opened.filter((host) => host !== undefined);
  try {
    if (unreached === 'go-on' || hosts.length === opened.length) return await work(hosts);
    const missing = run.hosts.filter((_, at) => opened[at] === undefined);
    const names = missing.map(({ name }) => name).join(', ');
    for (const open of hosts) {
      reportHostEnd(run, open, {
        outcome: 'failed',
        summary: `nothing was done: no way to ${names}`,
      });
    }
    return undefined;
  } finally {
    await Promise.all(hosts.map(({ connection }) => connection.close()));
  }
}

/** Does something on each host side by side; a failure on one is reported and doesn't stop the others. */
export async function workOnEach<T>(
  run: Run,
  hosts: readonly OpenHost[],
  work: (open: OpenHost) => Promise<T>,
): Promise<PerHost<T>> {
  const results = await Promise.all(
    hosts.map(async (open) => {
      try {
        return { open, value: await work(open) };
      } catch (error) {
        reportFailure(run, error, open.host);
        reportHostEnd(
          run,
          open,
          error instanceof JobLostError
            ? { outcome: 'unknown', summary: "how it ends isn't known" }
            : { outcome: 'failed', summary: 'failed' },
        );
        return undefined;
      }
    }),
  );
  return results.filter((result) => result !== undefined);
}

/**
 * Works on each host that can be reached, and reports how that ended.
 *
 * @returns 0 when all were reached and the work failed on none.
 */
export async function onEachHost(
  run: Run,
  work: (open: OpenHost) => Promise<HostEnd>,
): Promise<ExitCode> {
  const ends = await onHosts(run, 'go-on', (hosts) =>
    workOnEach(run, hosts, async (open) => {
      const end = await work(open);
      reportHostEnd(run, open, end);
      return end;
    }),
  );
  const all = ends?.length === run.hosts.length;
  return all && ends.every(({ value }) => value.outcome !== 'failed') ? 0 : 1;
}

/** Reports how the work on a host ended. */
export function reportHostEnd(run: Run, { host, connection, since }: OpenHost, end: HostEnd): void {
  run.reporter.report({
    type: 'host-ended',
    host: host.name,
    ...end,
    milliseconds: performance.now() - since,
    traffic: { ...connection.traffic },
  });
}

/** Reports an error; one of our own making with its stack, so that it can be found. */
export function reportFailure(
  run: Pick<Run, 'reporter'>,
  error: unknown,
  host?: Pick<Host, 'name'>,
): void {
  // A RangeError may be about what the user wrote.
  const mistake = error instanceof TypeError || error instanceof ReferenceError;
  const event: ReportEvent = {
    type: 'failure',
    ...(host && { host: host.name }),
    ...failureOf(error),
    ...(mistake && error.stack !== undefined && { details: error.stack }),
  };
  run.reporter.report(event);
}

/** `root@10.0.0.1:22 (web)`, as far as it is told: the last is the alias that was asked for. */
export function addressOf({ address, alias, port, user }: Target): string {
  return [
    ...(user === undefined ? [] : [`${user}@`]),
    address.includes(':') ? `[${address}]` : address,
    ...(port === undefined ? [] : [`:${String(port)}`]),
    ...(alias === undefined ? [] : [` (${alias})`]),
  ].join('');
}

async function open(run: Run, host: Host): Promise<OpenHost | undefined> {
  const since = performance.now();
  try {
    const target = await targetOf(run.environment, pluginsOn(run, host), host);
    const tell = (text: string): void => {
      run.reporter.report({ type: 'notice', host: host.name, text });
    };
    const connection = await run.transport.connect(target, undefined, tell);
    run.reporter.report({
      type: 'connected',
      host: host.name,
      address: addressOf(connection.target),
      milliseconds: performance.now() - since,
    });
    return { host, connection, another: () => run.transport.connect(target), since };
  } catch (error) {
    reportFailure(run, withAdvice(error, run.environment), host);
    return undefined;
  }
}

/** The transport doesn't know what there is to pin a key with. */
function withAdvice(error: unknown, { name }: Environment): unknown {
  if (!(error instanceof HostKeyError) || error.reason !== 'host-key-unknown') return error;
  const hint = andThen(error.hint, `Then pin it: npx nx run ${name}:ping`);
  return new HintedError(error.message, { hint, cause: error });
}
