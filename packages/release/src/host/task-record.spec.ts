import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sh, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { layoutOf, type Layout } from '../application/layout.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { taskCheck } from './task-check.js';
import { application } from '../testing/application.js';
import { beginTask, endTask, parseTasks, printTasks, type TaskOrigin } from './task-record.js';

const origin: TaskOrigin = {
  task: '20261124T101502-6b1f0c',
  release: '20261123-101502-3f2a1bc',
  command: `sh -c 'echo "it'\\''s" %s \\n'`,
  terminal: false,
  who: 'ana',
  from: 'laptop',
  started: '2026-11-24T10:15:02.000Z',
};

function onDisk(): { readonly layout: Layout; readonly run: (script: Script) => string } {
  const layout = layoutOf({ name: 'shop', home: join(temporaryFolder(), "it's home") });
  mkdirSync(layout.shared, { recursive: true });
  const run = (script: Script): string =>
    execFileSync('dash', ['-eus'], { input: script.reveal(), encoding: 'utf8' });
  return { layout, run };
}

const ends = (outcome: string, status: string): Script =>
  sh`fd_outcome=${outcome} fd_status=${status} fd_seconds=${status === '' ? '' : '1.5'}`;

describe('a record of tasks', () => {
  it('has how each began and ended, whatever its command is, for root alone', () => {
    const { layout, run } = onDisk();
    const other = { ...origin, task: '20261124T101503-aaaaaa', directory: 'apps/api' };
    const cut = { ...origin, task: '20261124T101504-bbbbbb', terminal: true };
    run(sh`
      ${beginTask(layout, origin)}
      ${beginTask(layout, other)}
      ${ends('failed', '3')}
      ${endTask(layout, origin)}
      ${beginTask(layout, cut)}
      ${ends('cancelled', '')}
      ${endTask(layout, other)}`);
    expect(statSync(layout.tasks).mode & 0o777).toBe(0o600);
    const finished = expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:]{8}Z$/) as string;
    expect(parseTasks(run(printTasks(layout, 'shop')))).toEqual([
      { ...origin, outcome: 'failed', status: 3, seconds: 1.5, finished },
      { ...other, outcome: 'cancelled', finished },
      { ...cut, outcome: 'interrupted' },
    ]);
    const output = `${run(printTasks(layout, 'shop'))}task ${cut.task} ${cut.release}\n`;
    expect(parseTasks(output).at(-1)).toEqual({ ...cut, outcome: 'running' });
    expect(taskCheck(application).judge(output)).toMatchObject([
      {
        ...{ name: `console ${cut.task}`, level: 'ok' },
        text: expect.stringContaining(
          `${origin.command}, in ${origin.release}, by ana from laptop`,
        ) as string,
        data: { task: cut.task, release: origin.release, terminal: true },
      },
    ]);
  });

  it('survives a line that a power cut has left incomplete', () => {
    const { layout, run } = onDisk();
    run(beginTask(layout, origin));
    appendFileSync(layout.tasks, '{"task":"2026');
    run(sh`
      ${ends('succeeded', '0')}
      ${endTask(layout, origin)}`);
    expect(parseTasks(run(printTasks(layout, 'shop')))).toMatchObject([
      { task: origin.task, outcome: 'succeeded', status: 0 },
    ]);
  });

  it('does not grow without end', () => {
    const { layout, run } = onDisk();
    const line = `${JSON.stringify({ ...origin, command: 'x'.repeat(500) })}\n`;
    appendFileSync(layout.tasks, line.repeat(2000));
    run(beginTask(layout, origin));
    const lines = readFileSync(layout.tasks, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1000);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(origin);
  });

  it('is nothing where no task has run', () => {
    const { layout, run } = onDisk();
    expect(parseTasks(run(printTasks(layout, 'shop')))).toEqual([]);
  });

  it('is written and read by scripts without fault', async () => {
    const { layout } = onDisk();
    await checkShell(beginTask(layout, { ...origin, command: 'npm run seed' }));
    await checkShell(sh`
      ${ends('failed', '3')}
      ${endTask(layout, origin)}`);
    await checkShell(taskCheck(application).read);
  });
});
