import { sh } from '@fairness-deploy/shell';
import { consoleScript, describeJob } from '@fairness-deploy/core/engine';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { application } from '../testing/application.js';
import { prepareTask, taskCommand, taskJob, type TaskPlan } from './plan-task.js';

const plan: TaskPlan = {
  ...{ application, layout: layoutOf(application), words: ["it's", '$HOME', 'a\nb', '', '-x'] },
  origin: {
    ...{ task: '20261124T101502-6b1f0c', release: '20261123-101502-3f2a1bc', command: 'x' },
    ...{ terminal: false, who: 'ana', from: 'laptop', started: '2026-11-24T10:15:02.000Z' },
  },
};

it('the scripts of a task and of a console are without fault', async () => {
  const { steps, conclude = sh`:` } = taskJob(plan);
  for (const { run } of steps) await checkShell(run);
  await checkShell(conclude);
  const parts = { prepare: prepareTask(plan), command: taskCommand(plan), conclude };
  const task = { application: 'shop', release: plan.origin.release };
  await checkShell(consoleScript({ ...describeJob('x'), ...parts, task }));
});

it('a command runs with the rights of the application, in the folder that is asked for', () => {
  expect(taskCommand(plan).reveal()).toMatch(
    /^setpriv --reuid permacoop .* \S*\/shared\/env\/20261123-101502-3f2a1bc\.command\.sh \. 'it'\\''s' '\$HOME' 'a\nb' '' -x$/,
  );
  const within = { ...plan, origin: { ...plan.origin, directory: 'apps/api' } };
  expect(taskCommand(within).reveal()).toContain(' apps/api ');
});
