import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@fairness-deploy/shell/secret';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { framedRead } from './framed.js';
import type { Job, JobStep } from './job.js';
import { jobScript, pipedRecords, startScript } from './job-script.js';
import { RecordCollector } from './record-collector.js';
import { makePipes } from './step-pipe.js';

const nonce = 'c0ffee';
const job: Job = {
  id: '20261123T101502-3f2a1b',
  nonce,
  description: {
    what: 'deploy 3f2a1bc',
    who: "ana@ana's laptop",
    since: '2026-11-23T10:15:02.000Z',
  },
  steps: [
    {
      name: 'fetch',
      after: [],
      run: sh`git unbundle "$FD_INPUT"`,
      undo: sh`rm -rf ${'/srv/app/releases/1'}`,
    },
    { name: 'env', after: [0], run: sh`printf %s ${new Secret('pw', 'hunter2')}` },
  ],
  verify: lines(framedRead(nonce, '0', sh`readlink /srv/app/current`)),
};

describe('startScript()', () => {
  it.each([
    ['without input', job],
    ['with input', { ...job, input: Buffer.from('bundle') }],
    ['of a plan', { ...job, planned: 'provision\nben\n' }],
    ['without steps', { ...job, steps: [] }],
    ['with a last word', { ...job, conclude: sh`cat "$FD_STEPS"` }],
  ])('is a sound POSIX script %s', async (_what, one) => {
    await checkShell(startScript(one));
  });

  it('shows people no secret', () => {
    expect(String(startScript(job))).not.toContain('hunter2');
    expect(startScript(job).reveal()).toContain('hunter2');
  });
});

describe('a job', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'fd-job-'));
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });

  const step = (name: string, run: Script, undo?: Script): JobStep => ({
    name,
    after: [],
    run,
    ...(undo && { undo }),
  });

  /** Runs it, with a state folder of its own, and gives its records, as they came. */
  function run(steps: readonly JobStep[], more: Partial<Job> = {}) {
    const ordered = steps.map((one, at) => ({
      ...one,
      after: one.after.length > 0 || at === 0 ? one.after : [at - 1],
    }));
    const one: Job = { ...job, steps: ordered, verify: sh`:`, ...more };
    const folder = join(state, 'jobs', job.id);
    mkdirSync(folder, { recursive: true });
    if (one.input) writeFileSync(join(folder, 'input'), one.input);
    const script = sh`
      fd_dir=${folder}
      ${makePipes(pipedRecords(one))}
      ${jobScript(one)}`;
    const { status, stdout } = spawnSync('dash', ['-s'], {
      input: script.reveal().replaceAll('/var/lib/fairness-deploy', state),
      encoding: 'utf8',
    });
    const names: string[] = [];
    const records = new RecordCollector(nonce, (event) => {
      if (event.type === 'end') names.push(`${event.record} ${String(event.status)}`);
    });
    records.push(Buffer.from(stdout));
    const fileOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { status, names, records, fileOf, left: readdirSync(folder).sort() };
  }

  const conclude = sh`echo "failed: $FD_FAILED, cancelled: $FD_CANCELLED"; cut -d ' ' -f 1,2 "$FD_STEPS"`;

  it('has a last word, which knows how each step went and how long it took', () => {
    const steps = [step('one', sh`sleep 0.05`), step('two "quoted"', sh`:`)];
    const { status, names, records, fileOf } = run(steps, { conclude });
    expect(status).toBe(0);
    expect(names).toEqual(['step-0 0', 'step-1 0', 'conclude 0', 'finished 0']);
    expect(records.get('conclude')?.output).toBe('failed: 0, cancelled: 0\n0 0\n1 0\n');
    expect(fileOf('names')).toBe('"one"\n"two \\"quoted\\""\n');
    expect(fileOf('status')).toBe('0\n');
    expect(fileOf('steps')).toMatch(/^(\d 0 \d+\.\d\d \d+\.\d\d\n){2}$/);
    const [, , begun = '', ended = ''] = fileOf('steps').split('\n')[0]?.split(' ') ?? [];
    expect(Number(ended) - Number(begun)).toBeGreaterThanOrEqual(0.04);
  });

  it('has its last word once all is undone, the last step first', () => {
    const steps = [
      step('one', sh`:`, sh`echo one`),
      step('two', sh`:`),
      step('three', sh`exit 7`, sh`echo three`),
      step('four', sh`:`, sh`echo four`),
    ];
    const { status, names, records, fileOf } = run(steps, { conclude });
    expect(status).toBe(1);
    expect(names.slice(2)).toEqual([
      'step-2 7',
      'undo-2 0',
      'undo-0 0',
      'conclude 0',
      'finished 0',
    ]);
    expect(records.get('conclude')?.output).toBe('failed: 1, cancelled: 0\n0 0\n1 0\n2 7\n');
    expect(fileOf('status')).toBe('1\n');
  });

  it('reports a failed conclude, and ends as its steps did', () => {
    const { status, names } = run([step('one', sh`:`)], { conclude: sh`false; echo on` });
    expect(status).toBe(0);
    expect(names).toEqual(['step-0 0', 'conclude 1', 'finished 0']);
  });

  it('goes back when it is cancelled, whatever the step that ran was like, and only once', () => {
    const steps = [
      step('one', sh`:`, sh`kill -s TERM "$$"; echo back`),
      step('two', sh`kill -s TERM "$$"`, sh`:`),
      step('three', sh`:`, sh`:`),
    ];
    const { status, names, records } = run(steps, { conclude });
    expect(status).toBe(1);
    expect(names).toEqual([
      'step-0 0',
      'step-1 0',
      'cancelled 0',
      'undo-1 0',
      'undo-0 0',
      'conclude 0',
      'finished 0',
    ]);
    expect(records.get('undo-0')?.output).toBe('back\n');
    expect(records.get('conclude')?.output).toBe('failed: 1, cancelled: 1\n0 0\n1 0\n');
  });

  it('goes back also when it is cancelled during its last step', () => {
    const steps = [step('one', sh`kill -s TERM "$$"`, sh`:`)];
    const names = ['step-0 0', 'cancelled 0', 'undo-0 0', 'finished 0'];
    expect(run(steps).names).toEqual(names);
  });

  it('has done its work once steps come that count no more', () => {
    const steps = [
      step('one', sh`:`, sh`echo one`),
      { ...step('two', sh`exit 3`), cleanup: true },
      { ...step('three', sh`:`), cleanup: true },
    ];
    const { status, names, records } = run(steps, { conclude });
    expect(status).toBe(0);
    expect(names).toEqual(['step-0 0', 'step-1 3', 'conclude 0', 'finished 0']);
    expect(records.get('conclude')?.output).toBe('failed: 0, cancelled: 0\n0 0\n1 3\n');
    const failing = [step('one', sh`false`, sh`:`), { ...step('two', sh`:`), cleanup: true }];
    expect(run(failing).names).toEqual(['step-0 1', 'undo-0 0', 'finished 0']);
  });

  it('gives its steps its folder and its input, and removes the input at its end', () => {
    const undo = sh`sh -c '[ "$FD_JOB/input" = "$FD_INPUT" ]'; cat "$FD_INPUT"`;
    const steps = [step('one', sh`sh -c 'cat "$FD_INPUT"'; umask; false`, undo)];
    const { names, records, left } = run(steps, { input: Buffer.from('bundle') });
    expect(names).toEqual(['step-0 1', 'undo-0 0', 'finished 0']);
    expect(records.get('step-0')?.output).toBe('bundle0022\n');
    expect(records.get('undo-0')?.output).toBe('bundle');
    expect(left).toEqual(['names', 'pid', 'status', 'steps', 'uncancellable']);
  });

  it('writes who holds the lock, in the place of who held it', () => {
    writeFileSync(join(state, 'lock'), 'provision\nben\n');
    expect(run([]).status).toBe(0);
    const { what, who, since } = job.description;
    expect(readFileSync(join(state, 'lock'), 'utf8')).toBe(
      `${[what, who, since, job.id].join('\n')}\n`,
    );
  });

  it('reads again at its end, also when all is undone', () => {
    const verify = framedRead(nonce, '0', sh`printf %s "$FD_FAILED"`);
    const well = run([step('one', sh`:`)], { verify, conclude });
    expect(well.names).toEqual(['step-0 0', 'conclude 0', '0 0', 'finished 0']);
    expect(well.records.get('0')?.output).toBe('0');
    const failed = run([step('one', sh`false`, sh`:`)], { verify });
    expect(failed.names).toEqual(['step-0 1', 'undo-0 0', '0 0', 'finished 0']);
    expect(failed.records.get('0')?.output).toBe('1');
  });

  it('undoes everything when a step behind those that clean up decides so', () => {
    const steps = [
      step('switch', sh`:`, sh`:`),
      { ...step('stop', sh`exit 3`, sh`echo started again`), cleanup: true },
      { ...step('prune', sh`:`), after: [1], cleanup: true },
      { ...step('check again', sh`kill -s TERM "$$"; exit 4`), after: [0] },
      { ...step('vacate', sh`:`), cleanup: true },
    ];
    const { status, names, records } = run(steps, { conclude });
    expect(status).toBe(1);
    expect(names).toEqual([
      'step-0 0',
      'step-1 3',
      'step-3 4',
      'undo-1 0',
      'undo-0 0',
      'conclude 0',
      'finished 0',
    ]);
    expect(records.get('undo-1')?.output).toBe('started again\n');
    // Nobody can cancel it any more: it failed.
    expect(records.get('conclude')?.output).toBe('failed: 1, cancelled: 0\n0 0\n1 3\n3 4\n');
  });

  it('undoes with the usual way to be ended', () => {
    const steps = [step('one', sh`false`, sh`sh -c 'kill -s TERM "$$"; echo still here'`)];
    expect(run(steps).names).toEqual(['step-0 1', 'undo-0 143', 'finished 0']);
  });

  it('lets SIGTERM end the processes of its steps', () => {
    const steps = [step('one', sh`sh -c 'kill -s TERM "$$"; echo still here'`)];
    expect(run(steps).names).toEqual(['step-0 143', 'finished 0']);
  });
});
