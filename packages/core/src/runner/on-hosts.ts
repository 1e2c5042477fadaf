import { JobLostError } from '../engine/run-job.js';
import type { Environment, Host } from '../inventory/environment.js';
import type { Outcome, ReportEvent } from '../report/event.js';
import {
  type Connection,
  type ForwardedPort,
  type Forwarding,
  HostKeyError,
  type Script,
  type Target,
  type Terminal,
  type Transport,
} from '@fairness-deploy/shell';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { PluginError } from '../plugin/plugin-error.js';
import { andThen } from './pinning.js';
import { type ExitCode, type Run } from './run.js';
import { pluginsOn } from './plugins-on-host.js';
import { targetOf } from './target-of.js';

/** A host of the run with its open connection. */
export interface OpenHost {
  readonly host: Host;
  readonly connection: Connection;
  /** Makes one more connection to the host. */
  readonly another: (signal?: AbortSignal) => Promise<Connection>;
  /**
   * Runs a script on a terminal: see Transport.terminal. Undefined: the transport has no terminals.
   */
  readonly onTerminal?: (script: Script, terminal: Terminal) => Promise<number>;
  /** Forwards a port: see Transport.forward. Undefined: the transport forwards nothing. */
  readonly forward?: (
    port: ForwardedPort,
    tell: (line: string) => void,
    signal?: AbortSignal,
  ) => Promise<Forwarding>;
  /** When the work on the host began, by performance.now(). */
  readonly since: number;
}

/** How work on a host ended, for the report. */
export interface HostEnd {
  readonly outcome: Outcome;
  readonly summary: string;
  /** What to do. */
  readonly hint?: string;
}

/** The results of hosts' work; undefined for a failure, which has been reported. */
export type PerHost<T> = readonly { readonly open: OpenHost; readonly value: T }[];

/**
 * Connects to all hosts of the environment side by side, does the work, and closes the connections
 * in every case.
 *
 * @param unreached `stop`: no work on any host when one can't be reached; `go-on`: work on the
 *   others.
 * @returns undefined when no work was done.
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
        summary: `nothing was done, because ${names} could not be reached`,
      });
    }
    return undefined;
  } finally {
    await Promise.all(hosts.map(({ connection }) => connection.close()));
  }
}

/**
 * Does work on each host, side by side; a failure on one is reported and doesn't stop the others.
 */
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
            ? { outcome: 'unknown', summary: 'its end is unknown; run attach' }
            : { outcome: 'failed', summary: 'failed' },
        );
        return undefined;
      }
    }),
  );
  return results.filter((result) => result !== undefined);
}

/**
 * Does work on each host that can be reached, and reports how it ended.
 *
 * @returns 0 when all hosts were reached and the work failed on none.
 */
export async function onEachHost(
  run: Run,
  work: (open: OpenHost) => Promise<HostEnd>,
): Promise<ExitCode> {
  return exitCode(run, await onHosts(run, 'go-on', (hosts) => endOnEach(run, hosts, work)));
}

/** Does work on each of some hosts, and reports how it ended. */
export function endOnEach(
  run: Run,
  hosts: readonly OpenHost[],
  work: (open: OpenHost) => Promise<HostEnd>,
): Promise<PerHost<HostEnd>> {
  return workOnEach(run, hosts, async (open) => {
    const end = await work(open);
    reportHostEnd(run, open, end);
    return end;
  });
}

/** 0 when the work was done on all hosts, and failed on none. */
export function exitCode({ hosts }: Run, ends: PerHost<HostEnd> | undefined): ExitCode {
  const all = ends?.length === hosts.length;
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

/** Reports an error; a programming mistake with its stack. */
export function reportFailure(
  run: Pick<Run, 'reporter'>,
  error: unknown,
  host?: Pick<Host, 'name'>,
): void {
  // A RangeError may be about the user's input.
  const cause = error instanceof PluginError ? error.cause : error;
  const mistake = cause instanceof TypeError || cause instanceof ReferenceError;
  const event: ReportEvent = {
    type: 'failure',
    ...(host && { host: host.name }),
    ...failureOf(error),
    ...(mistake && cause.stack !== undefined && { details: cause.stack }),
  };
  run.reporter.report(event);
}

/** `root@10.0.0.1:22 (web)`, as far as known: the last is the alias in ~/.ssh/config. */
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
    const ask = (): Promise<Target> => targetOf(run.environment, pluginsOn(run, host), host);
    const target = await ask();
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
    const { transport } = run;
    return {
      ...{ host, connection, another: (signal) => transport.connect(target, signal), since },
      ...(transport.terminal && {
        onTerminal: transport.terminal.bind(transport, target),
      }),
      ...forwarding(transport, ask),
    };
  } catch (error) {
    reportFailure(run, withAdvice(error, run.environment), host);
    return undefined;
  }
}

/** A tunnel stays for hours, and a machine may have another address when it is back. */
function forwarding(transport: Transport, ask: () => Promise<Target>): Pick<OpenHost, 'forward'> {
  const forward = transport.forward?.bind(transport);
  if (!forward) return {};
  return { forward: async (port, tell, signal) => forward(await ask(), port, tell, signal) };
}

/** The transport doesn't know which command pins a key. */
function withAdvice(error: unknown, { name }: Environment): unknown {
  if (!(error instanceof HostKeyError) || error.reason !== 'host-key-unknown') return error;
  const hint = andThen(error.hint, `Then pin it: npx nx run ${name}:ping`);
  return new HintedError(error.message, { hint, cause: error });
}
