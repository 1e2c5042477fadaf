import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type Script, sh } from '@fairness-deploy/shell';
import fc from 'fast-check';
import { jobsIn } from '../testing/jobs-in.js';
import { cancelJob } from './cancel-job.js';
import { describeJob } from './describe-job.js';
import type { Job } from './job.js';
import { findJobs, findLastJob, followJob } from './last-job.js';
import { runJob } from './run-job.js';
import { DEFINE_TASK_RUNS, printRunningTasks } from './task-folder.js';
import { runTask, taskRecord, TaskOutput } from './task-output.js';

let state: string;
const open: Connection[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'fd-tasks-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
  rmSync(state, { recursive: true });
});

async function connect(): Promise<Connection> {
  const connection = await jobsIn(state);
  open.push(connection);
  return connection;
}

const place = { application: 'shop', release: '20261123-101502-3f2a1bc' };

function task(what: string, command: Script, more: Partial<Job> = {}): Job {
  const described = describeJob(what);
  return {
    ...described,
    steps: [{ name: what, after: [], run: runTask(described.id, command) }],
    ...{ task: place, verify: sh`:` },
    ...more,
  };
}

/** A command that lasts until a file of the state folder is there. */
const until = (name: string): Script =>
  sh`sh -c 'until [ -e "$1" ]; do sleep 0.02; done' sh ${join(state, name)}`;
const touch = (name: string): void => {
  writeFileSync(join(state, name), '');
};
const whenThere = (name: string): Promise<void> =>
  expect.poll(() => existsSync(join(state, name))).toBe(true);

/** Runs a task. @returns what it printed to each stream, and how it ended */
async function ran(job: Job) {
  const printed = { out: '', err: '' };
  const output = new TaskOutput(job.id, (stream, bytes) => {
    printed[stream] += bytes.toString('latin1');
  });
  const { records, cancelled } = await runJob(await connect(), job, {
    stepOutput: (_name, bytes) => {
      output.push(bytes);
    },
  });
  return { ...printed, status: records.get(taskRecord(job.steps))?.status, cancelled };
}

describe('a task', () => {
  it('runs beside a job that holds the lock, and beside another task', async () => {
    const job = { ...describeJob('deploy'), verify: sh`:` };
    const holds = runJob(await connect(), {
      ...job,
      steps: [{ name: 'slow', after: [], run: until('end') }],
    });
    await whenThere(`jobs/${job.id}/names`);
    const slow = task('slow', until('end'));
    const first = ran(slow);
    await whenThere(`jobs/${slow.id}/names`);
    expect(await ran(task('quick', sh`echo ran`))).toMatchObject({ out: 'ran\n', status: 0 });
    const connection = await connect();
    const { job: found, running } = await findJobs(connection);
    expect(found).toMatchObject({ id: job.id, task: false, state: 'running' });
    expect(running.map(({ id, kind }) => [id, kind])).toEqual(
      expect.arrayContaining([
        [job.id, 'job'],
        [slow.id, 'task'],
      ]),
    );
    touch('end');
    expect(await first).toMatchObject({ status: 0 });
    await holds;
  });

  it.each([
    ['printf out; printf err >&2; exit 3', { out: 'out', err: 'err', status: 3 }],
    ['echo out; echo err >&2', { out: 'out\n', err: 'err\n', status: 0 }],
    ['printf "a\\n\\nb"; echo "one" >&2; echo two >&2', { out: 'a\n\nb', err: 'one\ntwo\n' }],
    ['exit 255', { out: '', err: '', status: 255 }],
    ['kill -KILL $$', { out: '', err: 'Killed\n', status: 137 }],
    ['cat; echo $?', { out: '0\n', err: '' }],
    ['head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2', { status: 0 }],
  ])('%s passes on its streams, byte by byte, and its status', async (command, expected) => {
    const ended = await ran(task('it', sh`sh -c ${command}`));
    expect(ended).toMatchObject(expected);
    if (command.startsWith('head')) {
      expect([ended.out, ended.err].map((text) => text === '\0'.repeat(100_000))).toEqual([
        true,
        true,
      ]);
    }
  });

  it('leaves a daemon running, and does not wait for it', async () => {
    const daemon = sh`sh -c 'sleep 300 & echo $!'`;
    const { out, status } = await ran(task('daemon', daemon));
    expect(status).toBe(0);
    execFileSync('kill', [out.trim()]);
  });

  it('gets the signal when it is cancelled, and its own end counts', async () => {
    const polite = `trap 'sleep 1.5; echo bye; exit 5' TERM; echo up >"$1"; while :; do :; done`;
    const one = task('polite', sh`sh -c ${polite} sh ${join(state, 'up')}`);
    const ended = ran(one);
    await whenThere('up');
    expect(await cancelJob(connect, one.id)).toBe(true);
    expect(await ended).toEqual({ out: 'bye\n', err: '', status: 5, cancelled: true });
    expect(await findLastJob(await connect())).toMatchObject({ id: one.id, state: 'failed' });
  });

  it('is followed by its id, and by default when no job holds the lock', async () => {
    const one = task('one', until('end'));
    const two = task('two', sh`sh -c 'echo said; echo wrong >&2; exit 4'`);
    const first = ran(one);
    await whenThere(`jobs/${one.id}/names`);
    await ran(two);
    const connection = await connect();
    expect(await findLastJob(connection)).toMatchObject({
      id: one.id,
      task: true,
      state: 'running',
    });
    const { job } = await findJobs(connection, two.id);
    if (!job) throw new Error('no job');
    expect(job).toMatchObject({ id: two.id, task: true, state: 'failed' });
    const said: string[] = [];
    const output = new TaskOutput(job.id, (stream, bytes) =>
      said.push(`${stream} ${String(bytes)}`),
    );
    const ended = await followJob(connection, job, {
      stepOutput: (_name, bytes) => {
        output.push(bytes);
      },
    });
    expect(ended).toMatchObject({ state: 'failed', exitStatus: 4 });
    expect(said.sort()).toEqual(['err wrong\n', 'out said\n']);
    expect(await findJobs(connection, '20200101T000000-aaaaaa')).toMatchObject({ job: undefined });
    touch('end');
    await first;
  });

  it('runs conclude with its status, as any job', async () => {
    const conclude = sh`cut -d ' ' -f 1,2 "$FD_STEPS" >${join(state, 'concluded')}; echo "$FD_FAILED" >>${join(state, 'concluded')}`;
    await ran(task('it', sh`sh -c 'exit 9'`, { conclude }));
    expect(execFileSync('cat', [join(state, 'concluded')], { encoding: 'utf8' })).toBe('0 9\n1\n');
  });

  it('keeps the folders of the last tasks, and none of another kind goes for them', async () => {
    for (let at = 0; at < 25; at++) {
      for (const kind of ['task', 'job']) {
        const folder = join(state, 'jobs', `${kind}-${String(at)}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'status'), '0\n');
        if (kind === 'task') writeFileSync(join(folder, 'task'), 'shop\nid\n');
        writeFileSync(join(folder, 'job'), '');
      }
    }
    await ran(task('it', sh`true`));
    const left = readdirSync(join(state, 'jobs'));
    expect(left.filter((name) => name.startsWith('task-'))).toHaveLength(19);
    expect(left.filter((name) => name.startsWith('job-'))).toHaveLength(25);
  });
});

describe('a release in which a task runs', () => {
  const asks = sh`
    ${DEFINE_TASK_RUNS}
    for fd_of in 'shop 20261123-101502-3f2a1bc' 'shop 20261123-101502-aaaaaaa' 'other 20261123-101502-3f2a1bc'; do
      if fd_task_runs "\${fd_of% *}" "\${fd_of#* }"; then echo yes; else echo no; fi
    done
    ${printRunningTasks('shop')}`;

  it('is known to other jobs as long as the task runs', async () => {
    const one = task('one', until('end'));
    const ended = ran(one);
    await whenThere(`jobs/${one.id}/names`);
    const connection = await connect();
    expect((await connection.run(asks)).stdout.toString()).toBe(
      `yes\nno\nno\ntask ${one.id} ${place.release}\n`,
    );
    touch('end');
    await ended;
    expect((await connection.run(asks)).stdout.toString()).toBe('no\nno\nno\n');
  });
});

describe('TaskOutput', () => {
  it('parts the streams wherever the log is cut', () => {
    const id = '20261123T101502-6b1f0c';
    const log = Buffer.from(
      `a\nfd-${id} eone\nbfd-${id} etwo\nc\n\nfd-${id} ethree\nfd-${id} efd-${id} .\nleft`,
    );
    fc.assert(
      fc.property(fc.array(fc.nat(log.length), { maxLength: 20 }), (cuts) => {
        const printed = { out: '', err: '' };
        const output = new TaskOutput(id, (stream, bytes) => {
          printed[stream] += String(bytes);
        });
        const places = [0, ...cuts.sort((a, b) => a - b), log.length];
        places.slice(1).forEach((end, at) => {
          output.push(log.subarray(places[at], end));
        });
        expect(printed).toEqual({ out: 'a\nbc\n\n', err: 'one\ntwo\nthree\n' });
      }),
    );
  });
});
