import { exampleApplication } from '@fairness-deploy/core/testing';
import { sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { releaseIn, type Release } from '../application/release.js';
import { definePlacing } from './place-units.js';
import { printScheduledReleases, pruneRecords, recordEnd, recordStart } from './run-record.js';
import { scheduledFiles } from './scheduled-files.js';
import { printWrongUnits } from './wrong-units.js';

const application = exampleApplication({ processes: [] });
const digest = {
  name: 'digest',
  command: ['npm', 'run', 'digest', "it's 100%"],
  at: ['Mon 07:00', 'Thu 07:00 UTC'],
  directory: 'apps/mails',
  timeout: 600,
  catchUp: true,
  randomDelay: 30,
  nice: 5,
  memoryLimit: '512MB',
};

const releaseOf = (schedules: Release['schedules'] = []): Release =>
  releaseIn(layoutOf(application), {
    ...{ id: '20261123-101502-3f2a1bc', commit: 'c', directory: undefined },
    ...{ programs: [], schedules },
  });

it('scheduledFiles() has the units of each scheduled job, and the list for the client', async () => {
  const files = scheduledFiles(application, releaseOf([digest]));
  expect(Object.keys(files)).toEqual([
    'schedules.json',
    'release-schedule-digest.service',
    'release-schedule-digest.timer',
  ]);
  expect(JSON.parse(files['schedules.json'] ?? '')).toEqual([digest]);
  await expect(files['release-schedule-digest.service']).toMatchFileSnapshot(
    'golden/digest.service',
  );
  await expect(files['release-schedule-digest.timer']).toMatchFileSnapshot('golden/digest.timer');
  expect(scheduledFiles(application, releaseOf())).toEqual({});
});

it.each([
  ['placing', definePlacing(application)],
  ['drift', printWrongUnits(application)],
  ['releases', printScheduledReleases('shop')],
  ['prune', pruneRecords(application)],
  ['start', sh`${recordStart('shop', digest, 'ID')}`],
  ['end', sh`${recordEnd('shop', 'digest')}`],
])('the script of scheduled jobs is without fault: %s', async (_, script) => {
  await checkShell(script);
});
