import { isOn, z, type Environment, type Host, type ScheduledJob } from '@fairness-deploy/core';

/**
 * The scheduled jobs of a release, as {@link SCHEDULES_JSON} has them: what the environment says later
 * changes nothing about them. `on` is missing, as each host's release has only those that it runs.
 */
export const scheduledJobsSchema: z.ZodType<readonly ScheduledJob[]> = z.array(
  z.object({
    name: z.string(),
    command: z.array(z.string()),
    at: z.array(z.string()),
    directory: z.string().exactOptional(),
    timeout: z.number(),
    catchUp: z.boolean(),
    randomDelay: z.number().exactOptional(),
    nice: z.number(),
    memoryLimit: z.string().exactOptional(),
  }),
);

/** The name of the file with the scheduled jobs, among a release's configuration. */
export const SCHEDULES_JSON = 'schedules.json';

/** The scheduled jobs that a host runs: of several hosts of an application, one runs each. */
export function scheduledJobsOn(environment: Environment, host: Host): readonly ScheduledJob[] {
  return (environment.application?.schedules ?? []).flatMap(({ on, ...job }) =>
    hostOf({ ...(on && { on }) }, environment)?.name === host.name ? [job] : [],
  );
}

/** The host that runs a scheduled job: the first one, in the order of the environment's file. */
export function hostOf(
  { on }: Pick<ScheduledJob, 'on'>,
  environment: Pick<Environment, 'hosts' | 'on'>,
): Host | undefined {
  return environment.hosts.find(
    (host) => isOn(environment.on?.['release'], host) && isOn(on, host),
  );
}

/** The name of a scheduled job's units, without `.timer` and `.service`. */
export function unitName(application: string, job: string): string {
  return `${application}-${job}`;
}

/** The two units of each. */
export const UNIT_TYPES = ['service', 'timer'] as const;

/** The names of the units' files, among a release's configuration, begin with this. */
export const UNIT_PREFIX = 'release-schedule-';
