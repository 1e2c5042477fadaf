import { unitName } from '../scheduled-jobs/scheduled-job.js';
import type { Application, Claim } from '@fairness-deploy/core';
import { programsOf } from '../application/program.js';

/**
 * What an application has on a host for itself: its user, its home, its timers, and the ports of its
 * processes; of a process with `instances: cpus` the first ones only, as nobody knows here how many the
 * host has.
 */
export function claimsOf(application: Application): readonly Claim[] {
  const is = `for ${application.name}`;
  const ports = programsOf(application, 1)
    .flatMap(({ addresses = [] }) => addresses)
    .filter((address) => typeof address === 'number');
  return [
    { what: `the user ${application.user}`, is },
    { what: `the folder ${application.home}`, is },
    ...ports.map((port) => ({ what: `the port ${String(port)}`, is })),
    ...(application.schedules ?? []).map((job) => ({
      what: `the timer ${unitName(application.name, job.name)}`,
      is,
    })),
  ];
}
