import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, lines, notice, type Script, sh } from '@fairness-deploy/shell';
import { jobsIn } from '../testing/jobs-in.js';
import { cancelJob } from './cancel-job.js';
import { describeJob } from './describe-job.js';
import type { Job, JobStep } from './job.js';
import { startScript } from './job-script.js';
import { findLastJob, followJob } from './last-job.js';
import { LockHeldError, parseHolder, PRINT_HOLDER } from './lock.js';
import { runJob } from './run-job.js';

let state: string;
const open: Connection[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'fd-jobs-'));
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

function job(what: string, steps: readonly Omit<JobStep, 'after'>[], more: Partial<Job> = {}): Job {
  return {
    ...describeJob(what),
    steps: steps.map((step, at) => ({ ...step, after: at === 0 ? [] : [at - 1] })),
    verify: sh`:`,
    ...more,
  };
}

/** A step that lasts until a file of the state folder is there, or longer than a test may take. */
const until = (name: string): Script => sh`
  fd_left=700
  until [ -e ${join(state, name)} ]; do
    fd_left=$((fd_left - 1))
    [ "$fd_left" -gt 0 ] || exit 1
    sleep 0.05
  done`;
const touch = (name: string): void => {
  writeFileSync(join(state, name), '');
};
const there = (name: string): boolean => existsSync(join(state, name));
const whenThere = (name: string): Promise<void> => expect.poll(() => there(name)).toBe(true);

const run = async (one: Job) => runJob(await connect(), one);

describe('a job that holds the lock', () => {
  it('is followed by others to its own end, not to that of the one behind it', async () => {
    const first = run(job('first', [{ name: 'slow', run: lines(until('end'), sh`exit 3`) }]));
    const connection = await connect();
    await expect.poll(() => findLastJob(connection)).toMatchObject({ state: 'running' });
    const found = await findLastJob(connection);
    if (!found) throw new Error('no job');
    expect(found.description.what).toBe('first');
    const followed = followJob(connection, found, {});
    const second = run(job('second', [{ name: 'quick', run: sh`:` }], { wait: true }));
    await sleep(200);
    touch('end');
    expect(await followed).toMatchObject({ state: 'failed', steps: [{ status: 'failed' }] });
    expect(await first).toMatchObject({ cancelled: false, steps: [{ status: 'failed' }] });
    expect((await second).steps).toMatchObject([{ status: 'done' }]);
  });

  it('is named to a second job, which then does nothing', async () => {
    const first = run(job('deploy 3f2a1bc', [{ name: 'slow', run: until('end') }]));
    const looking = await connect();
    const held = async (): Promise<string | undefined> =>
      parseHolder((await looking.run(PRINT_HOLDER)).stdout.toString())?.what;
    await expect.poll(held).toBe('deploy 3f2a1bc');
    const touched = { name: 'touch', run: sh`touch ${join(state, 'touched')}` };
    const second = run(job('second', [touched]));
    await expect(second).rejects.toThrow(LockHeldError);
    await expect(second).rejects.toThrow('another job holds the lock: deploy 3f2a1bc by ');
    touch('end');
    await first;
    expect(there('touched')).toBe(false);
    expect(await findLastJob(looking)).toMatchObject({
      description: { what: 'deploy 3f2a1bc' },
      state: 'done',
    });
  });

  it('is not held up by those who look, who do not take each other for one', async () => {
    await run(job('before', []));
    const lookers = await Promise.all([connect(), connect()]);
    let going = true;
    const looks = lookers.map(async (connection) => {
      const seen: string[] = [];
      while (going) seen.push((await connection.run(PRINT_HOLDER)).stdout.toString());
      return seen;
    });
    await sleep(300);
    going = false;
    expect((await Promise.all(looks)).flat().filter((printed) => printed !== '')).toEqual([]);

    going = true;
    const more = lookers.map(async (connection) => {
      while (going) await connection.run(PRINT_HOLDER);
    });
    for (let at = 0; at < 10; at++) await run(job(`job ${String(at)}`, []));
    going = false;
    await Promise.all(more);
  });
});

describe('a job that cannot record itself as the last change', () => {
  it('does nothing, and says why: a plan from before it would be applied later', async () => {
    mkdirSync(join(state, 'last-change.new'));
    const touched = { name: 'touch', run: sh`touch ${join(state, 'touched')}` };
    await expect(run(job('deploy', [touched]))).rejects.toThrow(
      /^Cannot deploy on here: the job can't be recorded in .*; nothing was changed\n.*last-change\.new/,
    );
    expect(there('touched')).toBe(false);
    expect(readdirSync(join(state, 'jobs'))).toEqual([]);
  });
});

describe('the last job', () => {
  it('is the one that came last on the host, whatever the clocks of clients say', async () => {
    await run(job('of tomorrow', [], { id: '20991231T000000-aaaaaa' }));
    await run(job('of today', []));
    expect(await findLastJob(await connect())).toMatchObject({
      description: { what: 'of today' },
      state: 'done',
    });
  });

  it('is cut off when it was killed, and the next job kills its processes', async () => {
    const left = sh`
      sleep 300 &
      echo $! >${join(state, 'left')}
      kill -KILL "$(cat "$FD_JOB/pid")"
      sleep 300`;
    const input = Buffer.from('a bundle');
    const one = job('killed', [{ name: 'killed', run: left }], { input });
    expect(await run(one)).toMatchObject({ finished: false });
    const connection = await connect();
    const found = await findLastJob(connection);
    expect(found).toMatchObject({ state: 'cut off' });
    if (found) expect(await followJob(connection, found, {})).toMatchObject({ state: 'cut off' });
    await run(job('next', []));
    // What has ended has no command line, also where nobody has taken note of it.
    const alive = sh`tr -d '\0' <"/proc/$(cat ${join(state, 'left')})/cmdline" || :`;
    expect((await connection.run(alive)).stdout.toString()).toBe('');
    expect(readdirSync(join(state, 'jobs', one.id))).not.toContain('input');
    expect(readdirSync(join(state, 'jobs', one.id))).toContain('log');
  });
});

describe('a job that waits for the lock', () => {
  it('comes to its turn with its input, however many jobs there were', async () => {
    for (let at = 0; at < 22; at++) {
      mkdirSync(join(state, 'jobs', `old-${String(at)}`), { recursive: true });
      writeFileSync(join(state, 'jobs', `old-${String(at)}`, 'status'), '0\n');
      writeFileSync(join(state, 'jobs', `old-${String(at)}`, 'job'), '');
    }
    const first = run(job('first', [{ name: 'slow', run: until('end') }]));
    const read = { name: 'read', run: sh`grep -x 'a bundle' "$FD_INPUT"` };
    const waiting = job('second', [read], { wait: true, input: Buffer.from('a bundle\n') });
    await expect.poll(() => readdirSync(join(state, 'jobs')).length).toBe(20);
    const second = run(waiting);
    await whenThere(`jobs/${waiting.id}/pid`);
    const third = run(job('third', [], { wait: true }));
    touch('end');
    await first;
    expect((await second).steps).toMatchObject([{ status: 'done' }]);
    await third;
    expect(readdirSync(join(state, 'jobs')).length).toBeLessThanOrEqual(22);
  });

  it('is left alone by a job that begins while it writes its number', async () => {
    const folder = join(state, 'jobs', 'starting');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pid'), '');
    const log = openSync(join(folder, 'log'), 'w');
    const starting = spawn('sleep', ['60'], { stdio: ['ignore', log, log] });
    closeSync(log);
    try {
      await run(job('first', []));
      expect(starting.signalCode).toBe(null);
      expect(there('jobs/starting/status')).toBe(false);
    } finally {
      starting.kill();
    }
  });

  it('leaves the folder of a job that is being sent, however many newer ones there are', async () => {
    mkdirSync(join(state, 'jobs', 'sending'), { recursive: true });
    utimesSync(join(state, 'jobs', 'sending'), Date.now() / 1000, Date.now() / 1000 - 60);
    for (let at = 0; at < 22; at++) {
      const folder = join(state, 'jobs', `old-${String(at)}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'job'), '');
      writeFileSync(join(folder, 'status'), '0\n');
    }
    await run(job('first', []));
    expect(there('jobs/sending')).toBe(true);
    expect(readdirSync(join(state, 'jobs')).length).toBeLessThanOrEqual(22);
  });

  it('can be cancelled, and then runs nothing', async () => {
    const first = run(job('first', [{ name: 'slow', run: until('end') }]));
    const touched = { name: 'touch', run: sh`touch ${join(state, 'touched')}` };
    const waiting = job('second', [touched], { wait: true });
    await expect.poll(() => readdirSync(join(state, 'jobs'))).toHaveLength(1);
    const second = run(waiting).catch((error: unknown) => error);
    await whenThere(`jobs/${waiting.id}/pid`);
    expect(await cancelJob(connect, waiting.id)).toBe(true);
    expect(String(await second)).toContain(
      'Cannot second on here: that was cancelled as it waited for first to end; nothing was changed',
    );
    touch('end');
    expect((await first).steps).toMatchObject([{ status: 'done' }]);
    expect(there('touched')).toBe(false);
  });
});

describe('the log of a job', () => {
  it('cannot be truncated or overwritten through what a step has as its output', async () => {
    const { steps } = await run(
      job('one', [
        { name: 'first', run: sh`echo before` },
        {
          name: 'hostile',
          run: sh`
            echo mine
            : >/proc/self/fd/1
            : >/proc/self/fd/2
            echo 'fairness-deploy: too' >&2`,
        },
        { name: 'noticed', run: sh`printf '%s\n' ${notice('waiting')}` },
      ]),
    );
    expect(steps.map(({ output }) => output)).toEqual([
      'before\n',
      'mine\nfairness-deploy: too\n',
      'fairness-deploy: waiting\n',
    ]);
    const [id = ''] = readdirSync(join(state, 'jobs'));
    expect(readFileSync(join(state, 'jobs', id, 'log'), 'utf8')).toMatch(
      /before\n[^]*mine\nfairness-deploy: too\n[^]*waiting\n/,
    );
    expect(readdirSync(join(state, 'jobs', id)).join()).not.toContain('output');
  });

  it('gets no output of a daemon of an earlier step, which can still print', async () => {
    // More than a pipe holds.
    const daemon = sh`
      {
        ${until('go')}
        head -c 200000 /dev/zero | tr '\0' x
        echo forged
        touch ${join(state, 'printed')}
        ${until('end')}
        touch ${join(state, 'ended')}
      } &
      echo started`;
    const next = lines(sh`touch ${join(state, 'go')}`, until('printed'), sh`echo next`);
    const one = job('one', [
      { name: 'daemon', run: daemon },
      { name: 'next', run: next },
    ]);
    const { steps } = await run(one);
    expect(steps.map(({ output }) => output)).toEqual(['started\n', 'next\n']);
    expect(readFileSync(join(state, 'jobs', one.id, 'log'), 'utf8')).not.toContain('xx');
    touch('end');
    await whenThere('ended');
  });

  it('does not wait for ever for a daemon that prints without end', async () => {
    const { steps } = await run(
      job('one', [
        { name: 'daemon', run: sh`while sleep 0.001; do echo y; done & echo $!` },
        { name: 'next', run: sh`echo next` },
      ]),
    );
    const [daemon, next] = steps.map(({ output }) => output.trim());
    expect(next).toBe('next');
    process.kill(Number(daemon?.replace(/y\s*/g, '')), 'SIGKILL');
  });

  it('has what a step printed before it ended, however late its reader is', async () => {
    const printed = 3_000_000;
    const { steps } = await run(
      job('one', [
        { name: 'much', run: sh`sleep 300 & head -c ${printed} /dev/zero | tr '\0' x; echo $!` },
      ]),
    );
    const [output = ''] = steps.map((step) => step.output);
    expect(output.replace(/\d+\n/, '')).toHaveLength(printed);
    process.kill(Number(output.replace(/^x+/, '')), 'SIGKILL');
  });

  it('does not wait for a daemon of a step, which keeps running', async () => {
    const { steps } = await run(
      job('one', [
        { name: 'daemon', run: sh`sleep 300 & echo $!` },
        { name: 'next', run: sh`echo next` },
      ]),
    );
    const [daemon, next] = steps.map(({ output }) => output.trim());
    expect(next).toBe('next');
    // It throws when there is no such process.
    process.kill(Number(daemon), 'SIGKILL');
  });
});

describe('cancelJob()', () => {
  it('kills the running step, and the job undoes its steps', async () => {
    const one = job('one', [
      { name: 'done', run: sh`:`, undo: sh`echo back` },
      { name: 'slow', run: sh`touch ${join(state, 'running')}; sleep 300`, undo: sh`:` },
    ]);
    const running = run(one);
    await whenThere('running');
    const connection = await connect();
    const found = await findLastJob(connection);
    const followed = found && followJob(connection, found, {});
    expect(await cancelJob(connect, one.id)).toBe(true);
    const steps = [
      { status: 'done', undo: { status: 'done', output: 'back\n' } },
      { status: 'failed', undo: { status: 'done' } },
    ];
    expect(await running).toMatchObject({ cancelled: true, steps });
    expect(await followed).toMatchObject({ state: 'cancelled', steps });
    expect(await cancelJob(connect, one.id)).toBe(false);
  });

  it('ends neither undo steps nor cleanup steps', async () => {
    const slowly = (name: string): Script => sh`
      touch ${join(state, name)}
      sleep 1
      echo whole`;
    const failing = job('failing', [{ name: 'fails', run: sh`false`, undo: slowly('undoing') }]);
    const failed = run(failing);
    await whenThere('undoing');
    expect(await cancelJob(connect, failing.id)).toBe(false);
    expect((await failed).steps).toMatchObject([{ undo: { status: 'done', output: 'whole\n' } }]);

    const lasting = job('lasting', [
      { name: 'switch', run: sh`:`, undo: sh`:` },
      { name: 'stop', run: slowly('stopping'), cleanup: true },
    ]);
    const lasts = run(lasting);
    await whenThere('stopping');
    expect(await cancelJob(connect, lasting.id)).toBe(false);
    expect((await lasts).steps).toMatchObject([
      { status: 'done', undo: undefined },
      { status: 'done', output: 'whole\n' },
    ]);
  });
});

describe('a job whose input does not come whole', () => {
  it('leaves nothing behind', async () => {
    const one = job('one', [], { input: Buffer.alloc(100_000) });
    // As on a disk that is full.
    const full = sh`
      ulimit -f 8
      ${startScript(one)}`;
    const { status } = await (await connect()).run(full, { input: one.input ?? Buffer.of() });
    expect(status).not.toBe(0);
    expect(readdirSync(join(state, 'jobs'))).toEqual([]);

    const short = startScript({ ...one, input: Buffer.alloc(100_001) });
    const ended = await (await connect()).run(short, { input: one.input ?? Buffer.of() });
    expect(ended).toMatchObject({ status: 74, stderr: 'what was sent along came only in part\n' });
    expect(readdirSync(join(state, 'jobs'))).toEqual([]);
  });
});
