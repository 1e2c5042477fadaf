import type { ScheduledJob } from '@fairness-deploy/core';
import { scheduledJobsSchema } from '../scheduled-jobs/scheduled-job.js';

/** A run that has begun. Times are seconds since 1970. */
export interface Begun {
  readonly release: string;
  readonly started: number;
  /** Seconds that it may take. */
  readonly timeout: number;
}

/** A run that is over. */
export interface Run extends Begun {
  readonly ended: number;
  /** systemd's (systemd.exec(5), SERVICE_RESULT). */
  readonly result: string;
  readonly code: string;
  readonly status: string;
}

/** The output of the check of scheduled jobs, by the jobs' names. */
export interface ScheduleOutput {
  /** The id of the live release; empty: there is none. */
  readonly live: string;
  /** Its scheduled jobs. */
  readonly jobs: readonly ScheduledJob[];
  /** When they run next, in seconds since 1970. */
  readonly next: ReadonlyMap<string, number>;
  readonly running: ReadonlyMap<string, Begun>;
  /** Runs that did not end, and are not there any more. */
  readonly cut: ReadonlyMap<string, Begun>;
  readonly last: ReadonlyMap<string, Run>;
}

/** Parses the output of scheduleCheck(). */
export function parseSchedules(output: string): ScheduleOutput {
  const found = { live: '', jobs: [] as readonly ScheduledJob[] };
  const next = new Map<string, number>();
  const running = new Map<string, Begun>();
  const cut = new Map<string, Begun>();
  const last = new Map<string, Run>();
  for (const line of output.split('\n')) {
    const [key, name = '', release = '', ...numbers] = line.split(' ');
    const [started = 0, timeout = 0, ended = 0] = numbers.map(Number);
    const [result = '', code = '', status = ''] = numbers.slice(3);
    const begun = { release, started, timeout };
    if (key === 'live') found.live = name;
    if (key === 'jobs') found.jobs = jobsIn(line.slice('jobs '.length));
    if (key === 'next') next.set(name, Number(release));
    if (key === 'running') running.set(name, begun);
    if (key === 'cut') cut.set(name, begun);
    if (key === 'last') last.set(name, { ...begun, ended, result, code, status });
  }
  return { ...found, next, running, cut, last };
}

/** Root wrote it; a power cut may have left it incomplete. */
function jobsIn(text: string): readonly ScheduledJob[] {
  try {
    return scheduledJobsSchema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
