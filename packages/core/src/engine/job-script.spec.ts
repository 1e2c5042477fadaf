import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@fairness-deploy/shell/secret';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { framedRead } from './framed.js';
import type { Job, JobStep } from './job.js';
import { jobScript, pipedRecords, startScript } from './job-script.js';
import { RecordCollector } from './records.js';
import { DEFINE_PIPE, makePipes } from './step-pipe.js';
import { sweepJobs } from './sweep-jobs.js';

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

/** A job's script with the names of those functions that its behaviour's tests are about (jobs.spec.ts). */
function withoutShared(script: Script): string {
  const shared = { DEFINE_PIPE, sweepJobs: sweepJobs() };
  return Object.entries(shared).reduce((text, [name, part]) => {
    expect(text).toContain(String(part));
    return text.replace(String(part), `<${name}>`);
  }, String(script));
}

describe('jobScript()', () => {
  it('runs steps under the lock, undoes them when one fails, and reads again', () => {
    expect(`\n${withoutShared(jobScript(job))}\n`).toMatchInlineSnapshot(`
      "
      fd_job() {
      umask 022
      fd_dir=/var/lib/fairness-deploy/jobs/20261123T101502-3f2a1b
      FD_JOB=$fd_dir
      FD_INPUT=$fd_dir/input
      export FD_JOB FD_INPUT
      # cancel-job.ts kills the running step only; the job itself then runs the undo steps.
      FD_CANCELLED=0
      trap 'FD_CANCELLED=1' TERM
      echo $$ >"$fd_dir/pid"
      # Append: '>' would erase the holder's name before the lock is ours.
      exec 9>>/var/lib/fairness-deploy/lock
      if ! flock -w 1 9; then
      fd_refused=75
      [ "$FD_CANCELLED" = 0 ] || fd_refused=143
      printf '\\n%s begin lock\\n' c0ffee
      cat /var/lib/fairness-deploy/lock
      printf '\\n%s end lock %s\\n' c0ffee "$fd_refused"
      printf 'refused\\n' >"$fd_dir/status"
      return "$fd_refused"
      fi
      :
      if ! fd_reason=$( {
      printf '%s\\n' 'deploy 3f2a1bc' 'ana@ana'\\''s laptop' 2026-11-23T10:15:02.000Z 20261123T101502-3f2a1b >/var/lib/fairness-deploy/last-change.new &&
        mv -fT -- /var/lib/fairness-deploy/last-change.new /var/lib/fairness-deploy/last-change
      } 2>&1 ); then
      printf '\\n%s begin %s\\n' c0ffee unrecorded
      printf '%s\\n' "$fd_reason"
      printf '\\n%s end %s %s\\n' c0ffee unrecorded 73
      printf 'refused\\n' >"$fd_dir/status"
      return 73
      fi
      : >/var/lib/fairness-deploy/lock
      printf '%s\\n' 'deploy 3f2a1bc' 'ana@ana'\\''s laptop' 2026-11-23T10:15:02.000Z 20261123T101502-3f2a1b >&9
      <sweepJobs>
      <DEFINE_PIPE>
      FD_STEPS=$fd_dir/steps
      FD_FAILED=0
      export FD_STEPS FD_FAILED FD_CANCELLED
      printf '%s\\n' '"fetch"' '"env"' >"$fd_dir/names"
      # Made now: later, a step may have filled the disk.
      : >"$fd_dir/ending.new"
      fd_s0=not-run
      if [ "$FD_CANCELLED" = 0 ]; then
      read -r fd_begun _ </proc/uptime
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee step-0 "$fd_time"
      fd_open_pipe "$fd_dir"/output-step-0
      (
      set -eu
      exec 9>&-
      git unbundle "$FD_INPUT"
      ) </dev/null >&8 7<&- 8>&- 2>&1
      fd_status=$?
      fd_drain_pipe
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee step-0 "$fd_status" "$fd_time"
      fd_s0=$fd_status
      printf '%s %s %s %s\\n' 0 "$fd_status" "$fd_begun" "$fd_time" >>"$FD_STEPS"
      [ "$fd_status" = 0 ] || FD_FAILED=1
      fi
      fd_s1=not-run
      if [ "$FD_CANCELLED" = 0 ] && [ "$fd_s0" = 0 ]; then
      read -r fd_begun _ </proc/uptime
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee step-1 "$fd_time"
      fd_open_pipe "$fd_dir"/output-step-1
      (
      set -eu
      exec 9>&-
      printf %s ***
      ) </dev/null >&8 7<&- 8>&- 2>&1
      fd_status=$?
      fd_drain_pipe
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee step-1 "$fd_status" "$fd_time"
      fd_s1=$fd_status
      printf '%s %s %s %s\\n' 1 "$fd_status" "$fd_begun" "$fd_time" >>"$FD_STEPS"
      [ "$fd_status" = 0 ] || FD_FAILED=1
      fi
      # From here on nothing is ended by cancelling. Not '': the undo steps would ignore it too.
      trap : TERM
      mv -f -- "$fd_dir/ending.new" "$fd_dir/ending"
      if [ "$FD_CANCELLED" != 0 ]; then
      FD_FAILED=1
      printf '\\n%s begin %s\\n\\n%s end %s 0\\n' c0ffee cancelled c0ffee cancelled
      fi

      if [ "$FD_FAILED" != 0 ]; then
      if [ "$fd_s0" != not-run ]; then
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee undo-0 "$fd_time"
      fd_open_pipe "$fd_dir"/output-undo-0
      (
      set -eu
      exec 9>&-
      rm -rf /srv/app/releases/1
      ) </dev/null >&8 7<&- 8>&- 2>&1
      fd_status=$?
      fd_drain_pipe
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee undo-0 "$fd_status" "$fd_time"
      fi
      fi
      # A later job, which would remove it, may be weeks away.
      rm -f "$FD_INPUT"
      rm -f -- "$fd_dir"/output-*
      :
      (
      exec 9>&-
      fd_read_0() {
      set -eu
      readlink /srv/app/current
      }
      printf '\\n%s begin %s\\n' c0ffee 0
      ( fd_read_0 ) </dev/null 2>/dev/null
      fd_status=$?
      printf '\\n%s end %s %s\\n' c0ffee 0 "$fd_status"
      if [ "$fd_status" != 0 ]; then
      printf '\\n%s begin %s!\\n' c0ffee 0
      ( fd_read_0 ) </dev/null 2>&1 >/dev/null
      printf '\\n%s end %s! %s\\n' c0ffee 0 "$fd_status"
      fi
      )
      printf '%s\\n' "$FD_FAILED" >"$fd_dir/status.new"
      mv "$fd_dir/status.new" "$fd_dir/status"
      printf '\\n%s begin finished\\n\\n%s end finished 0\\n' c0ffee c0ffee
      return "$FD_FAILED"
      }
      fd_job
      "
    `);
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
    return { status, names, records, fileOf };
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

  it('tells when its last word fails, and ends as its steps did', () => {
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
      { ...step('two', sh`exit 3`), afterwards: true },
      { ...step('three', sh`:`), afterwards: true },
    ];
    const { status, names, records } = run(steps, { conclude });
    expect(status).toBe(0);
    expect(names).toEqual(['step-0 0', 'step-1 3', 'conclude 0', 'finished 0']);
    expect(records.get('conclude')?.output).toBe('failed: 0, cancelled: 0\n0 0\n1 3\n');
    const failing = [step('one', sh`false`, sh`:`), { ...step('two', sh`:`), afterwards: true }];
    expect(run(failing).names).toEqual(['step-0 1', 'undo-0 0', 'finished 0']);
  });

  it('undoes everything when a step behind those that clean up decides so', () => {
    const steps = [
      step('switch', sh`:`, sh`:`),
      { ...step('stop', sh`exit 3`, sh`echo started again`), afterwards: true },
      { ...step('prune', sh`:`), after: [1], afterwards: true },
      { ...step('check again', sh`kill -s TERM "$$"; exit 4`), after: [0] },
      { ...step('vacate', sh`:`), afterwards: true },
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

  it('leaves what its steps start with the usual way to be ended', () => {
    const steps = [step('one', sh`sh -c 'kill -s TERM "$$"; echo still here'`)];
    expect(run(steps).names).toEqual(['step-0 143', 'finished 0']);
  });
});
