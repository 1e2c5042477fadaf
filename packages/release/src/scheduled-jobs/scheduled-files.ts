import type { Application, ScheduledJob } from '@fairness-deploy/core';
import { timerUnits, unitCommand } from '@fairness-deploy/core/resources';
import { commandPath, layoutOf } from '../application/layout.js';
import { maintenanceFlag } from '../application/maintenance-flag.js';
import type { Release } from '../application/release.js';
import { recordEnd, recordStart } from './run-record.js';
import { SCHEDULES_JSON, UNIT_PREFIX, unitName } from './scheduled-job.js';

/**
 * The first line of the units that belong to an application's scheduled jobs. No other file is ever
 * replaced or removed.
 */
export function unitMark(application: string): string {
  return `# Scheduled job of the application ${application}, by fairness-deploy.`;
}

/** Seconds between SIGTERM and SIGKILL for a run whose time is over, and for what its command leaves. */
const STOP_SECONDS = 20;

/**
 * The files of a release's scheduled jobs, for its configuration: their units, and the list of them
 * for the client. None without scheduled jobs.
 */
export function scheduledFiles(
  application: Application,
  release: Release,
): Readonly<Record<string, string>> {
  const { schedules = [] } = release;
  if (schedules.length === 0) return {};
  return Object.fromEntries([
    [SCHEDULES_JSON, `${JSON.stringify(schedules)}\n`] as const,
    ...schedules.flatMap((job) => {
      const { service, timer } = unitsOf(application, release, job);
      const name = `${UNIT_PREFIX}${job.name}`;
      return [[`${name}.service`, service] as const, [`${name}.timer`, timer] as const];
    }),
  ]);
}

/** No file of the timer names the release: a timer goes on when only the release has changed. */
function unitsOf(application: Application, release: Release, job: ScheduledJob) {
  const { name, user } = application;
  const { directory = '.', memoryLimit } = job;
  const start = ['/bin/sh', commandPath(layoutOf(application), release.id), directory];
  // systemd would end a run at once whose time has become shorter by a deployment. When this ends, systemd
  // ends all that is left of the run.
  const limit = ['/usr/bin/timeout', `--kill-after=${String(STOP_SECONDS)}`, String(job.timeout)];
  return timerUnits({
    note: `${unitMark(name)}
# A deployment has written it, as it belongs to the live release; provision restores it.
`,
    description: `Scheduled job ${job.name} of ${name}`,
    schedules: job.at,
    catchUp: job.catchUp,
    spreadSeconds: job.randomDelay ?? 0,
    // The limit: however often it runs, systemd must not stop to start it.
    unit: {
      // A missed run begins while the host starts.
      ...{ Wants: 'network-online.target', After: 'network-online.target' },
      ConditionPathExists: `!${maintenanceFlag(application)}`,
      StartLimitIntervalSec: 0,
    },
    command: [...limit, ...start, ...job.command],
    ...{ user, timeoutSeconds: 'infinity' },
    service: {
      Group: user,
      // As root, whatever comes of it: the record decides on nothing that the job needs.
      ExecStartPre: `-+${unitCommand(recordStart(name, job, release.id))}`,
      ExecStopPost: `-+${unitCommand(recordEnd(name, job.name))}`,
      SyslogIdentifier: unitName(name, job.name),
      TimeoutStopSec: STOP_SECONDS,
      ...(job.nice !== 0 && { Nice: job.nice }),
      ...(memoryLimit !== undefined && {
        MemoryMax: memoryLimit.replace(/B$/, ''),
        // Else the kernel would move its memory to the swap first.
        MemorySwapMax: 0,
      }),
    },
  });
}
