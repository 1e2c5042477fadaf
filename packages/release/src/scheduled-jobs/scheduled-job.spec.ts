import { exampleApplication, exampleEnvironment, exampleHost } from '@fairness-deploy/core/testing';
import type { ScheduledJob } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { scheduledJobsOn } from './scheduled-job.js';

const job = (name: string, on?: readonly string[]): ScheduledJob => ({
  ...{ name, command: ['x'], at: ['daily'], timeout: 600, catchUp: false, nice: 0 },
  ...(on && { on }),
});

it('scheduledJobsOn() gives each job to the first host of the application that it is for', () => {
  const hosts = [
    { name: 'db', roles: ['db'] },
    { name: 'one', roles: ['web'] },
    { name: 'two', roles: ['web', 'work'] },
    { name: 'three', roles: ['work'] },
  ].map((host) => ({ ...exampleHost, ...host }));
  const schedules = [job('any'), job('web', ['web']), job('work', ['work']), job('none', ['db'])];
  const environment = exampleEnvironment({
    hosts,
    on: { release: ['web', 'work'] },
    application: exampleApplication({ processes: [], schedules }),
  });
  const names = hosts.map((host) => [
    host.name,
    ...scheduledJobsOn(environment, host).map(({ name }) => name),
  ]);
  expect(names).toEqual([['db'], ['one', 'any', 'web'], ['two', 'work'], ['three']]);
  expect(scheduledJobsOn(exampleEnvironment(), exampleHost)).toEqual([]);
});
