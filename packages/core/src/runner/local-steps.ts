import type { ReportEvent, Reporter } from '../report/event.js';
import { reportFailure, type HostEnd } from './on-hosts.js';
import type { ExitCode } from './run.js';

/** Steps on this machine: they need no connection and no job. */
interface Reporting {
  readonly reporter: Reporter;
}

/**
 * Runs a function on this machine and reports it as a step, of a host if one is named.
 *
 * @throws the function's error.
 */
export async function runStep<T>(
  { reporter }: Reporting,
  { name, host }: { readonly name: string; readonly host?: string },
  work: () => Promise<T>,
): Promise<T> {
  const step = { name, ...(host !== undefined && { host }) };
  const since = performance.now();
  const end = (status: Extract<ReportEvent, { type: 'step-ended' }>['status']): void => {
    reporter.report({
      type: 'step-ended',
      ...step,
      status,
      milliseconds: performance.now() - since,
    });
  };
  reporter.report({ type: 'step-started', ...step });
  try {
    const result = await work();
    end('done');
    return result;
  } catch (error) {
    end('failed');
    throw error;
  }
}

/**
 * Runs a step for each host that can't be connected to yet, such as one that is about to start;
 * side by side. A failure on one is reported and doesn't stop the others.
 *
 * @returns 0 when no step failed.
 */
export async function stepOnEach(
  run: Reporting,
  name: string,
  hosts: readonly string[],
  work: (host: string) => Promise<HostEnd>,
): Promise<ExitCode> {
  const ends = await Promise.all(
    hosts.map(async (host) => {
      const since = performance.now();
      const end = await runStep(run, { name, host }, () => work(host)).catch(
        (error: unknown): HostEnd => {
          reportFailure(run, error, { name: host });
          return { outcome: 'failed', summary: 'failed' };
        },
      );
      const milliseconds = performance.now() - since;
      run.reporter.report({ type: 'host-ended', host, ...end, milliseconds });
      return end;
    }),
  );
  return ends.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}
