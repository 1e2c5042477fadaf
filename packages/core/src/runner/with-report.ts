import { type Secret } from '@fairness-deploy/shell/secret';
import { sshTransport } from '@fairness-deploy/shell';
import type { Reporter } from '../report/event.js';
import { masking, maskingReporter, type Mask } from '../report/masking-reporter.js';
import { outputTo } from '../report/output.js';
import { reporterFor } from '../report/reporter-for.js';
import { onInterruption } from './interruption.js';
import { reportFailure } from './on-hosts.js';
import { RunningJobs } from './running-jobs.js';
import type { Run } from './run.js';

/** How a command reports. */
export interface ReportSettings {
  /** Events as lines of JSON. */
  readonly json: boolean;
  /**
   * Standard output is for a value, such as one for a pipe: failures go to standard error, and
   * nothing else is reported. Default: false.
   */
  readonly ownsOutput?: boolean;
  /** Whether an exit status means success; default: all but 1. */
  readonly succeeded?: (status: number) => boolean;
  /** The text after `Interrupted` when a signal ends the command while no job runs. */
  readonly interrupted?: string;
}

/** A command's access to its report. */
export interface Reported extends Pick<Run, 'jobs' | 'transport' | 'output'> {
  readonly reporter: Reporter;
  /** Masks these secrets in all later events, and those of before. @returns the mask, for other output. */
  readonly hide: (secrets: readonly Secret[]) => Mask;
}

/**
 * Runs a command and reports it. Throws nothing: failures are reported, and the exit status says
 * so, also when the report couldn't be written.
 *
 * @returns the exit status.
 */
export async function withReport<Status extends number>(
  { json, ownsOutput = false, interrupted, succeeded = (status) => status !== 1 }: ReportSettings,
  command: (reported: Reported) => Promise<Status>,
): Promise<Status | 1> {
  const since = performance.now();
  const output = outputTo(process.stdout, process.stderr);
  const plain = ownsOutput
    ? onlyWhatIsWrong(reporterFor(json, process.stderr, process.env))
    : reporterFor(json, output, process.env);
  let current = plain;
  const reporter: Reporter = {
    report: (event) => {
      current.report(event);
    },
  };
  const end = (success: boolean): void => {
    reporter.report({ type: 'ended', success, milliseconds: performance.now() - since });
  };
  const jobs = new RunningJobs();
  const stopListening = onInterruption({
    ...{ jobs, reporter },
    ...(interrupted !== undefined && { advice: interrupted }),
    end: () => {
      end(false);
    },
  });
  const hidden = new Set<Secret>();
  let status: Status | 1 = 1;
  try {
    status = await command({
      ...{ reporter, jobs, output, transport: sshTransport() },
      hide: (secrets) => {
        for (const secret of secrets) hidden.add(secret);
        const mask = masking([...hidden]);
        current = maskingReporter(plain, mask);
        return mask;
      },
    });
  } catch (error) {
    // After an interruption, the failure comes from it.
    if (!jobs.signal.aborted) reportFailure({ reporter }, error);
  }
  // The interruption ends this process.
  if (jobs.signal.aborted) await new Promise<never>(() => undefined);
  stopListening();
  end(succeeded(status));
  return (await output.end()) ? status : 1;
}

function onlyWhatIsWrong(reporter: Reporter): Reporter {
  return {
    report: (event) => {
      if (event.type === 'failure' || event.type === 'notice') reporter.report(event);
    },
  };
}
