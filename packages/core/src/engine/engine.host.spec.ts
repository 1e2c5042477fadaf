import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../resource/resource.js';
import { directory } from '../resources/directory.js';
import { file } from '../resources/file.js';
import {
  type Connection,
  ConnectionLostError,
  literal,
  type Script,
  sh,
} from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';
import { describeJob } from './describe-job.js';
import { planHost } from './plan.js';
import { applyPlan } from './apply-plan.js';
import { ChangedSinceError } from './last-change.js';
import { LockHeldError } from './lock.js';
import { JobLostError, runJob } from './run-job.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('engine');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const provisioning = () => describeJob('provision');

/** A resource whose script is the test's; its state is a file of its name. */
function custom(
  name: string,
  apply: Script,
  read = sh`cat ${`/run/test-${name}`} 2>/dev/null || :`,
): Resource {
  return {
    address: `test:${name}`,
    after: [],
    follows: [],
    read,
    plan: (output) => (output === '' ? { action: 'create', differences: [], apply } : undefined),
    equals: () => false,
  };
}

const tree = (root: string, count: number): readonly Resource[] => [
  directory({ path: root }),
  ...Array.from({ length: count - 1 }, (_, at) =>
    file({ path: `${root}/file-${String(at)}`, content: `content ${String(at)}\n` }),
  ),
];

/** All files of the host but those that change by themselves, with what a change would touch. */
const fingerprint = async (): Promise<string> => {
  const { stdout } = await connection.run(sh`
    find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /var/log -o -path /tmp \) -prune \
      -o -printf '%p %m %u %g %s %T@ %C@ %l\n' | sort`);
  return stdout.toString('utf8');
};

/** Waits until the host has no job. */
const jobsEnded = sh`
  for fd_try in $(seq 100); do
  flock -n ${`${STATE}/lock`} true && exit 0
  sleep 0.1
  done
  exit 1`;

describe('round trips', () => {
  it.each([5, 200])(
    'are one for a plan, two for changes, one when nothing changes, with %i resources',
    async (count) => {
      const own = await test.connect();
      const resources = tree(`/srv/trips-${String(count)}`, count);
      const plan = await planHost(own, resources);
      expect(plan.changes).toHaveLength(count);
      expect(own.traffic.roundTrips).toBe(1);
      const result = await applyPlan(own, plan, provisioning());
      expect(own.traffic.roundTrips).toBe(2);
      expect(result.changes.every(({ status }) => status === 'changed')).toBe(true);
      expect((await planHost(own, resources)).changes).toEqual([]);
      expect(own.traffic.roundTrips).toBe(3);
      await own.close();
    },
  );
});

describe('planHost()', () => {
  it('changes nothing on the host', async () => {
    const before = await fingerprint();
    await planHost(connection, tree('/srv/never', 20));
    expect(await fingerprint()).toBe(before);
  });

  it('says which resource cannot be read, and why', async () => {
    const plan = await planHost(connection, [
      custom('unreadable', sh`:`, sh`echo half; echo 'no such thing' >&2; exit 4`),
    ]);
    expect(plan.unreadable).toMatchObject([
      { reason: 'its read script ended with status 4: no such thing' },
    ]);
  });

  it('is not deceived, filled or stopped by what a host prints', async () => {
    const hostile = [
      custom(
        'forged',
        sh`:`,
        sh`printf '\n0000 end 0 0\n\n0000 begin 1\nforged\n\n0000 end 1 0\n'`,
      ),
      custom('escapes', sh`:`, sh`printf '\033]0;owned\007\033[2J\377\376\000'`),
      custom('endless', sh`:`, sh`head -c 40000000 /dev/zero`),
      file({ path: '/srv/honest', content: 'x' }),
    ];
    const before = process.memoryUsage().rss;
    const plan = await planHost(connection, hostile);
    expect(plan.unreadable.map(({ reason }) => reason)).toEqual([
      'its read script printed more than can be taken in',
    ]);
    expect(plan.changes.map(({ resource }) => resource.address)).toEqual(['file:/srv/honest']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('applyPlan()', () => {
  it('applies resources that do not depend on a failed one, and names those that were not applied', async () => {
    const bad = custom('bad', sh`echo 'disk on fire' >&2; exit 3`);
    const dependent: Resource = {
      ...custom('dependent', sh`touch /run/test-dependent`),
      after: [bad.address],
    };
    const follower: Resource = {
      ...custom('follower', sh`echo x >/run/test-follower`),
      follows: [bad.address],
    };
    const plan = await planHost(connection, [bad, dependent, follower]);
    const result = await applyPlan(connection, plan, provisioning());
    expect(result.changes.map(({ address, status }) => [address, status])).toEqual([
      ['test:bad', 'failed'],
      ['test:dependent', 'not-run'],
      ['test:follower', 'changed'],
    ]);
    expect(result.changes[0]?.output).toBe('disk on fire\n');
  });

  it('reads again: an exit status of 0 is not a proof', async () => {
    const plan = await planHost(connection, [custom('liar', sh`echo done`)]);
    expect((await applyPlan(connection, plan, provisioning())).changes).toMatchObject([
      { status: 'drifted', output: 'done\n' },
    ]);
  });

  it('applies a plan to the host that it was made for, and to no later state of it', async () => {
    const [mine, other] = [await test.connect(), await test.connect()];
    const policy = (content: string) => file({ path: '/etc/policy.conf', content });
    try {
      const approved = await planHost(mine, [policy('firewall=open\n')]);
      const theirs = await planHost(other, [policy('firewall=closed\n')]);
      const ben = { what: 'provision', who: 'ben@laptop', since: '2026-11-23T10:15:02.000Z' };
      await applyPlan(other, theirs, { ...provisioning(), description: ben });
      const jobs = (await connection.run(sh`ls ${`${STATE}/jobs`}`)).stdout.toString();
      for (const wait of [false, true]) {
        const late = applyPlan(mine, approved, { ...provisioning(), wait });
        await expect(late).rejects.toThrow(ChangedSinceError);
        await expect(late).rejects.toThrow(
          /another job has changed the host since the plan was made: provision by ben@laptop, since 2026-11-23 \d\d:\d\d\. Nothing was changed now/,
        );
      }
      const { stdout } = await connection.run(sh`cat /etc/policy.conf; ls ${`${STATE}/jobs`}`);
      expect(stdout.toString()).toBe(`firewall=closed\n${jobs}`);
      const again = await planHost(mine, [policy('firewall=open\n')]);
      expect((await applyPlan(mine, again, provisioning())).changes).toMatchObject([
        { status: 'changed' },
      ]);
      // Two plans, two refusals, one job.
      expect(mine.traffic.roundTrips).toBe(5);
    } finally {
      await mine.close();
      await other.close();
    }
  });

  it('applies no plan that was made while a job was changing the host', async () => {
    const [mine, other] = [await test.connect(), await test.connect()];
    const resource = file({ path: '/etc/meanwhile.conf', content: 'x' });
    try {
      const running = runJob(other, {
        ...provisioning(),
        steps: [
          {
            name: 'slow',
            after: [],
            run: sh`
              touch /run/meanwhile
              while [ -e /run/meanwhile ]; do sleep 0.05; done`,
          },
        ],
        verify: sh`:`,
      });
      await mine.run(sh`while ! [ -e /run/meanwhile ]; do sleep 0.05; done`);
      const plan = await planHost(mine, [resource]);
      await mine.run(sh`rm /run/meanwhile`);
      expect((await running).finished).toBe(true);
      await expect(applyPlan(mine, plan, provisioning())).rejects.toThrow(ChangedSinceError);
    } finally {
      await mine.close();
      await other.close();
    }
  });

  it('begins nothing when there is no room for a log on the disk of its own folder', async () => {
    const resource = file({ path: '/srv/unlogged', content: '' });
    const plan = await planHost(connection, [resource]);
    const mount = sh`mkdir -p ${STATE} && mount -t tmpfs -o size=512k none ${STATE}`;
    expect((await connection.run(mount)).status).toBe(0);
    try {
      await expect(applyPlan(connection, plan, provisioning())).rejects.toThrow(
        `the disk of ${STATE} is full, and a job's log needs room there; nothing was changed`,
      );
    } finally {
      await connection.run(sh`umount ${STATE}`);
    }
    expect((await connection.run(sh`[ -e /srv/unlogged ]`)).status).toBe(1);
  });

  it('leaves no disk full of a failed write behind', async () => {
    await connection.run(sh`mkdir -p /srv/full && mount -t tmpfs -o size=64k none /srv/full`);
    const full = file({ path: '/srv/full/big', content: 'x'.repeat(200_000) });
    const result = await applyPlan(connection, await planHost(connection, [full]), provisioning());
    expect(result.changes).toMatchObject([{ status: 'failed' }]);
    expect(result.changes[0]?.output).toMatch(/no space left/i);
    const left = await connection.run(sh`ls -A /srv/full`);
    expect(left.stdout.toString()).toBe('');
    await connection.run(sh`mount -o remount,size=1m /srv/full`);
    const again = await applyPlan(connection, await planHost(connection, [full]), provisioning());
    expect(again.changes).toMatchObject([{ status: 'changed' }]);
    await connection.run(sh`umount /srv/full`);
  });

  it('converges when it was killed at any of its steps', async () => {
    const count = 6;
    for (let victim = 0; victim < count; victim += 1) {
      const root = `/srv/killed-${String(victim)}`;
      // One of the steps kills the whole job once, as the kernel would when memory runs out.
      const resources = tree(root, count).map((resource, at): Resource => ({
        ...resource,
        plan: (output) => {
          const change = resource.plan(output);
          return change && at === victim
            ? {
                ...change,
                apply: sh`
                if [ ! -e ${`${root}.killed`} ]; then
                touch ${`${root}.killed`}
                ${victim % 2 === 0 ? sh`:` : change.apply}
                kill -9 "-$(cut -d ' ' -f 6 /proc/self/stat)"
                fi
                ${change.apply}`,
              }
            : change;
        },
      }));
      const killed = await applyPlan(
        connection,
        await planHost(connection, resources),
        provisioning(),
      );
      expect(killed.finished).toBe(false);
      expect(killed.changes[victim]?.status).toBe('failed');
      expect(killed.changes.slice(victim + 1).every(({ status }) => status === 'not-run')).toBe(
        true,
      );
      const again = await applyPlan(
        connection,
        await planHost(connection, resources),
        provisioning(),
      );
      expect(again.finished).toBe(true);
      expect(again.changes.every(({ status }) => status === 'changed')).toBe(true);
      expect((await planHost(connection, resources)).changes).toEqual([]);
    }
  });
});

describe('runJob()', () => {
  const job = (name: string, run: Script) => ({
    ...describeJob('test'),
    description: { what: `test ${name}`, who: 'ana@laptop', since: '2026-11-23T10:15:02.000Z' },
    steps: [{ name, after: [], run }],
    verify: sh`:`,
  });

  it('lets one job at a time change a host, and says who holds the lock', async () => {
    const other = await test.connect();
    const first = runJob(connection, job('first', sh`touch /run/first; sleep 2`));
    await other.run(sh`while ! [ -e /run/first ]; do sleep 0.05; done`);
    const second = runJob(other, job('second', sh`touch /run/second`));
    await expect(second).rejects.toThrow(LockHeldError);
    await expect(second).rejects.toThrow(
      /Cannot change engine: another job holds the lock: test first by ana@laptop, since 2026-11-23 \d\d:\d\d/,
    );
    expect((await first).finished).toBe(true);
    expect((await other.run(sh`test -e /run/second`)).status).toBe(1);
    expect((await runJob(other, job('third', sh`:`))).finished).toBe(true);
    await other.close();
  });

  it('keeps the folder of a running job, however many others are refused meanwhile', async () => {
    const other = await test.connect();
    const first = runJob(connection, {
      ...job(
        'first',
        sh`touch /run/crowd; while [ -e /run/crowd ]; do sleep 0.05; done; cat "$FD_INPUT"`,
      ),
      // Its client's clock is behind.
      id: '19700101T000000-aaaaaa',
      input: Buffer.from('the input'),
    });
    await other.run(sh`while ! [ -e /run/crowd ]; do sleep 0.05; done`);
    for (let refused = 0; refused < 30; refused += 1) {
      await expect(runJob(other, job('refused', sh`:`))).rejects.toThrow(LockHeldError);
    }
    await other.run(sh`rm /run/crowd`);
    expect((await first).steps).toMatchObject([{ status: 'done', output: 'the input' }]);
    await other.close();
  });

  it('is not held by a daemon that a step starts', async () => {
    await runJob(
      connection,
      job('daemon', sh`setsid sleep 30 >/dev/null 2>&1 & echo $! >/run/daemon`),
    );
    expect((await runJob(connection, job('next', sh`:`))).finished).toBe(true);
    await connection.run(sh`kill "$(cat /run/daemon)"`);
  });

  it('keeps its log, and its steps run, while a step has filled the disk', async () => {
    const full = `${STATE}/full`;
    await connection.run(
      sh`mkdir -p ${STATE} && mount -t tmpfs -o size=2m,nr_inodes=200 none ${STATE}`,
    );
    try {
      const { steps, finished } = await runJob(connection, {
        ...describeJob('fill'),
        steps: [
          {
            name: 'fill',
            after: [],
            run: sh`echo before; head -c 4m /dev/zero >${full} || echo full`,
          },
          {
            name: 'print',
            after: [0],
            // Of a pipe that nobody reads, printf dies.
            run: sh`
              for fd_at in 1 2 3 4 5; do printf '%9999s\n' lost; sleep 0.05; done
              rm ${full}
              while mkdir -p ${full} && touch ${full}/"$fd_at" 2>/dev/null; do fd_at=$((fd_at + 1)); done`,
          },
          { name: 'hostile', after: [1], run: sh`: >/proc/self/fd/1; echo printed` },
          { name: 'fail', after: [2], run: sh`exit 3`, undo: sh`rm -r ${full}` },
        ],
        verify: sh`:`,
      });
      expect(finished).toBe(true);
      expect(steps.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'failed']);
      expect(steps[3]?.undo?.status).toBe('done');
      expect(steps[0]?.output).toMatch(/^before\n/);
      expect(steps[2]?.output).toBe('printed\n');
      const log = await connection.run(sh`cat ${STATE}/jobs/*/log`);
      expect(log.stdout.toString()).toMatch(/before\n[^]*printed\n/);
    } finally {
      await connection.run(sh`umount ${STATE}`);
    }
  });

  it('continues when the connection is lost; the error has the steps until then', async () => {
    const cut = await test.connect();
    const session = (await cut.run(sh`echo "$PPID"`)).stdout.toString().trim();
    const running = runJob(cut, {
      ...job('before', sh`:`),
      steps: [
        { name: 'before', after: [], run: sh`:` },
        {
          name: 'during',
          after: [],
          run: sh`touch /run/cut-started; sleep 1; echo out; touch /run/cut-survived`,
        },
      ],
    });
    const lost = expect(running).rejects.toThrow(JobLostError);
    // The server's side of the connection dies as when the network goes away.
    await connection.run(sh`
      while ! [ -e /run/cut-started ]; do sleep 0.05; done
      sleep 0.3
      kill -9 ${session}`);
    await lost;
    await expect(running).rejects.toThrow('after 1 of 2 steps (before)');
    await expect(running).rejects.toMatchObject({
      cause: expect.any(ConnectionLostError) as unknown,
    });
    expect((await connection.run(jobsEnded)).status).toBe(0);
    expect((await connection.run(sh`test -e /run/cut-survived`)).status).toBe(0);
  });

  it('hands the input over byte for byte, and leaves no copy', async () => {
    const input = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256));
    const { id } = describeJob('test');
    const result = await runJob(connection, {
      ...job('input', sh`sha256sum <"$FD_INPUT"`),
      id,
      input,
    });
    const { createHash } = await import('node:crypto');
    expect(result.steps[0]?.output).toContain(createHash('sha256').update(input).digest('hex'));
    expect((await connection.run(sh`test -e ${`${STATE}/jobs/${id}/input`}`)).status).toBe(1);
  });

  it('keeps its state where only root may read', async () => {
    const modes = await connection.run(
      sh`stat -c %a ${STATE} ${`${STATE}/jobs`} ${literal(`${STATE}/jobs/*/log`)}`,
    );
    expect(new Set(modes.stdout.toString().trim().split('\n'))).toEqual(new Set(['700', '600']));
  });
});
