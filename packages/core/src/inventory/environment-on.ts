import type { Environment } from './environment.js';
import type { Host } from './host-schema.js';
import { isOn } from './roles.js';

/**
 * An environment for one host: without the sections, the processes and the scheduled jobs that are
 * for others. Which one of several hosts runs a scheduled job is not decided here.
 */
export function environmentOn(environment: Environment, host: Host): Environment {
  const { application, sections, on } = environment;
  return {
    ...environment,
    ...(application && {
      application: {
        ...application,
        processes: application.processes.filter((process) => isOn(process.on, host)),
        ...(application.schedules && {
          schedules: application.schedules.filter((job) => isOn(job.on, host)),
        }),
      },
    }),
    sections: Object.fromEntries(
      Object.entries(sections).filter(([section]) => isOn(on?.[section], host)),
    ),
  };
}
