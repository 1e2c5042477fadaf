import type { ScheduledJob } from '@fairness-deploy/core';

/**
 * How the scheduled jobs of a release differ from those of the live one, for people: `scheduled jobs:
 * digest is new, backup has changed, report ends with the live release`. Undefined when they don't, or
 * when nothing is live.
 */
export function describeSchedules(
  previous: readonly ScheduledJob[] | undefined,
  next: readonly ScheduledJob[] = [],
): string | undefined {
  if (!previous) return undefined;
  const before = new Map(previous.map((job) => [job.name, job]));
  const added = next.filter(({ name }) => !before.has(name));
  const changed = next.filter((job) => {
    const old = before.get(job.name);
    return old !== undefined && comparable(old) !== comparable(job);
  });
  const removed = previous.filter(({ name }) => !next.some((job) => job.name === name));
  const parts = [
    ...said(added, 'is new', 'are new'),
    ...said(changed, 'has changed', 'have changed'),
    ...said(removed, 'ends with the live release', 'end with the live release'),
  ];
  return parts.length === 0 ? undefined : `scheduled jobs: ${parts.join(', ')}`;
}

function said(jobs: readonly ScheduledJob[], one: string, several: string): readonly string[] {
  if (jobs.length === 0) return [];
  return [`${jobs.map(({ name }) => name).join(', ')} ${jobs.length > 1 ? several : one}`];
}

/** Its settings, in whatever order they were written. */
function comparable(job: ScheduledJob): string {
  return JSON.stringify(Object.entries(job).sort(([one], [other]) => (one < other ? -1 : 1)));
}
