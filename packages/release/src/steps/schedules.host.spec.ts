import type { ScheduledJob } from '@fairness-deploy/core';
import { gateway, powerOff, powerOn } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { literal, sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseStep } from '../order/release-step.js';
import { Site, type Changes, type Ended } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

/** What the sandbox's mirror can make of this machine's own Node.js. */
const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };

beforeAll(async () => {
  test = await startTestHost('schedules');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** Long enough for a timer of every second and a job of some seconds. */
const POLL = { timeout: 20_000, interval: 100 };

const NEVER = ['2099-01-01'];
const EVERY_SECOND = ['*:*:*'];

function job(name: string, script: string, changes: Partial<ScheduledJob> = {}): ScheduledJob {
  const command = ['sh', '-c', script];
  return { name, command, at: EVERY_SECOND, timeout: 60, catchUp: false, nice: 0, ...changes };
}

/** An application of its own, with a commit. */
async function newSite(): Promise<Site> {
  sites += 1;
  const site = new Site(connection, NODE, `job${String(sites)}`, 3000 + sites);
  await site.provision();
  site.repository.commit('one');
  return site;
}

async function deploy(site: Site, changes: Changes): Promise<Ended> {
  const ended = await site.deploy(changes);
  expect(ended).toMatchObject({ status: 'done' });
  return ended;
}

const commit = (site: Site): void => {
  site.repository.write('number', String(Math.random()));
  site.repository.commit('next');
};

/** Makes a step of a deployment fail. */
const failing =
  (name: string): NonNullable<Changes['steps']> =>
  (steps: readonly ReleaseStep[]) =>
    steps.map((step) => (step.name === name ? { ...step, run: sh`exit 1` } : step));

const units = (site: Site) =>
  site.list(sh`ls /etc/systemd/system | grep ${`^${site.application.name}-`} || :`);
const timers = (site: Site) =>
  site.list(
    sh`systemctl list-timers --all --plain --no-legend | grep -o ${`${site.application.name}-[a-z]*[.]timer`} | sort || :`,
  );
const unitOf = (site: Site, name: string): string => `${site.application.name}-${name}`;
const begin = (site: Site, name: string) =>
  site.run(sh`systemctl start --no-block ${`${unitOf(site, name)}.service`}`);
const out = (site: Site, name: string) =>
  site.run(sh`cat ${`${site.layout.userHome}/${name}`} 2>/dev/null || :`);

describe('a scheduled job', () => {
  it('runs at its time, in the live release, with its variables, as its user', async () => {
    const site = await newSite();
    const { name } = site.application;
    const script = `echo "$(id -un) $(id -gn) $PWD $TOKEN $RELEASE $(command -v node) 100% $1" >"$HOME/out"; echo said`;
    const digest = job('digest', script);
    const schedules = [{ ...digest, command: [...digest.command, 'sh', `it's "a" \\ $HOME %n`] }];
    const env = { TOKEN: Text.of(new Secret('t', "s3'cret")) };
    await deploy(site, { schedules, env });
    const id = await site.current();
    await expect
      .poll(() => out(site, 'out'), POLL)
      .toBe(
        `${name} ${name} ${site.layout.releases}/${id} s3'cret ${id} /opt/node/${NODE.version}/bin/node 100% it's "a" \\ $HOME %n\n`,
      );
    await expect
      .poll(() => site.run(sh`journalctl -q -o cat -t ${`${name}-digest`}`), POLL)
      .toContain('said\n');
    await expect
      .poll(() => site.scheduled(schedules), POLL)
      .toEqual([
        expect.stringMatching(
          /^ok scheduled job digest: next run 20\S+Z; last run 20\S+Z: ok, in \d s$/,
        ),
      ]);
    expect(
      await site.run(sh`systemctl cat ${`${name}-digest.service`} ${`${name}-digest.timer`}`),
    ).not.toContain('cret');
    expect(await site.deploy({ schedules, env })).toEqual({ status: 'unchanged' });
    await site.provision({ schedules });
  });

  it('that fails is a failure in status, with its exit status, until a newer release has run it', async () => {
    const site = await newSite();
    const schedules = [job('digest', 'exit 3')];
    await deploy(site, { schedules });
    const id = await site.current();
    await expect
      .poll(() => site.scheduled(schedules), POLL)
      .toEqual([
        expect.stringMatching(
          /^fail scheduled job digest: next run \S+Z; last run \S+Z: failed with exit status 3 → npx nx run test:logs --source digest$/,
        ),
      ]);
    commit(site);
    const later = [job('digest', 'exit 3', { at: NEVER })];
    await deploy(site, { schedules: later });
    expect(await site.scheduled(later)).toEqual([
      expect.stringMatching(
        `^warn scheduled job digest: next run 2099-01-01T00:00:00Z; last run \\S+Z: failed with exit status 3, in the release ${id} →`,
      ),
    ]);
  });

  it('has its limits and its folder', async () => {
    const site = await newSite();
    site.repository.write('apps/mails/file', 'x');
    site.repository.commit('folder');
    const limits = { nice: 5, memoryLimit: '64MB', randomDelay: 30, catchUp: true, at: NEVER };
    const script = 'pwd >"$HOME/out"; nice >>"$HOME/out"';
    await deploy(site, { schedules: [job('a', script, { ...limits, directory: 'apps/mails' })] });
    await site.run(sh`systemctl start ${`${unitOf(site, 'a')}.service`}`);
    expect(await out(site, 'out')).toBe(
      `${site.layout.releases}/${await site.current()}/apps/mails\n5\n`,
    );
    expect(
      await site.run(
        sh`systemctl show -p MemoryMax,MemorySwapMax ${`${unitOf(site, 'a')}.service`}`,
      ),
    ).toBe('MemoryMax=67108864\nMemorySwapMax=0\n');
    expect(
      await site.run(
        sh`systemctl show -p RandomizedDelayUSec,Persistent,AccuracyUSec ${`${unitOf(site, 'a')}.timer`}`,
      ),
    ).toBe('AccuracyUSec=1s\nRandomizedDelayUSec=30s\nPersistent=yes\n');
  });

  it('that is removed while it runs, and returns later, was not cut off', async () => {
    const site = await newSite();
    const schedules = [
      job('long', 'while [ ! -e "$HOME/go" ]; do sleep 0.05; done', { at: NEVER }),
    ];
    await deploy(site, { schedules });
    const first = await site.current();
    await begin(site, 'long');
    await expect
      .poll(() => site.scheduled([]), POLL)
      .toEqual([expect.stringMatching(/^ok scheduled job long: running since /)]);
    commit(site);
    await deploy(site, {});
    expect(await site.scheduled([])).toEqual([
      expect.stringMatching(
        `^ok scheduled job long: running since \\S+Z in the release ${first}; the live release has no such scheduled job$`,
      ),
    ]);
    await site.run(
      sh`runuser -u ${site.application.user} -- touch ${`${site.layout.userHome}/go`}`,
    );
    await expect.poll(() => site.scheduled([]), POLL).toEqual([]);
    expect(await site.rollback(first)).toMatchObject({ status: 'done' });
    expect(await site.scheduled([])).toEqual([
      'ok scheduled job long: next run 2099-01-01T00:00:00Z; never run yet',
    ]);
  });

  it('is ended with its children when its time is over', async () => {
    const site = await newSite();
    const script = 'setsid sleep 1000 & echo $! >"$HOME/child"; sleep 1000';
    const schedules = [job('long', script, { timeout: 1, at: NEVER })];
    await deploy(site, { schedules });
    await begin(site, 'long');
    await expect
      .poll(() => site.scheduled(schedules), POLL)
      .toEqual([expect.stringMatching(/^fail scheduled job long: .*: timed out after 1 s →/)]);
    const child = (await out(site, 'child')).trim();
    expect(await site.run(sh`[ ! -d ${`/proc/${child}`} ] && echo ended`)).toBe('ended\n');
  });

  it('that runs during a deployment finishes in its release, which stays, and is not started twice', async () => {
    const site = await newSite();
    const script = `cd /; echo "begin $RELEASE" >>"$HOME/out"; while [ ! -e "$HOME/go" ]; do sleep 0.05; done; echo "end $RELEASE" >>"$HOME/out"`;
    const schedules = [job('long', script)];
    const section = { keep: 2 };
    await deploy(site, { schedules, section });
    const first = await site.current();
    await expect.poll(() => out(site, 'out'), POLL).toBe(`begin ${first}\n`);
    commit(site);
    // Its time is much shorter by now: it does not end a run that has begun.
    const changed = [job('long', script, { nice: 5, timeout: 1 })];
    await deploy(site, { schedules: changed, section });
    commit(site);
    await deploy(site, { schedules: changed, section });
    const third = await site.current();
    commit(site);
    await deploy(site, { schedules: changed, section });
    const live = await site.current();
    expect(await site.releases()).toEqual([first, third, live]);
    expect(await site.scheduled(changed)).toEqual([
      expect.stringMatching(
        `^ok scheduled job long: running since \\S+Z, in the release ${first}; .*never run yet$`,
      ),
    ]);
    // Its timer elapses every second meanwhile.
    const now = Number(await site.run(sh`date +%s`));
    await expect.poll(() => site.run(sh`date +%s`).then(Number), POLL).toBeGreaterThan(now + 2);
    expect(await out(site, 'out')).toBe(`begin ${first}\n`);
    await site.run(
      sh`runuser -u ${site.application.user} -- touch ${`${site.layout.userHome}/go`}`,
    );
    await expect
      .poll(() => out(site, 'out'), POLL)
      .toMatch(`begin ${first}\nend ${first}\nbegin ${live}\nend ${live}\n`);
    commit(site);
    await deploy(site, { section });
    expect(await site.releases()).toEqual([live, await site.current()]);
  });

  it('is added, changed, renamed and removed by deployments, and as it was by a rollback', async () => {
    const site = await newSite();
    await deploy(site, {});
    expect(await units(site)).toEqual([]);
    commit(site);
    await deploy(site, { schedules: [job('a', ':', { at: NEVER }), job('b', ':', { at: NEVER })] });
    const second = await site.current();
    const both = ['a.service', 'a.timer', 'b.service', 'b.timer'].map((unit) => unitOf(site, unit));
    expect(await units(site)).toEqual(both);
    expect(await timers(site)).toEqual([both[1], both[3]]);
    commit(site);
    const renamed = [
      job('a', ':', { at: ['2098-01-01', '2097-01-01'] }),
      job('c', ':', { at: NEVER }),
    ];
    await deploy(site, { schedules: renamed });
    expect(await timers(site)).toEqual([unitOf(site, 'a.timer'), unitOf(site, 'c.timer')]);
    expect(await site.scheduled(renamed)).toEqual([
      'ok scheduled job a: next run 2097-01-01T00:00:00Z; never run yet',
      'ok scheduled job c: next run 2099-01-01T00:00:00Z; never run yet',
    ]);
    expect(await site.rollback(second)).toMatchObject({ status: 'done' });
    expect(await units(site)).toEqual(both);
    expect(await site.scheduled([])).toEqual([
      'ok scheduled job a: next run 2099-01-01T00:00:00Z; never run yet',
      'ok scheduled job b: next run 2099-01-01T00:00:00Z; never run yet',
    ]);
    await deploy(site, {});
    expect(await units(site)).toEqual([]);
    expect(await timers(site)).toEqual([]);
    expect(
      await site.list(
        sh`ls /etc/systemd/system/timers.target.wants | grep ${unitOf(site, '')} || :`,
      ),
    ).toEqual([]);
  });

  it('is that of the previous release again when a later step fails, with its last run', async () => {
    const site = await newSite();
    await deploy(site, { schedules: [job('a', ':', { at: NEVER }), job('b', ':', { at: NEVER })] });
    await site.run(sh`systemctl start ${`${unitOf(site, 'b')}.service`}`);
    const before = await site.run(sh`cat /etc/systemd/system/${literal(site.application.name)}-*`);
    commit(site);
    const schedules = [job('a', ':', { at: ['2098-01-01'] }), job('c', ':', { at: NEVER })];
    const steps = failing('check at the end');
    expect(await site.deploy({ schedules, steps })).toMatchObject({ status: 'failed' });
    expect(await site.run(sh`cat /etc/systemd/system/${literal(site.application.name)}-*`)).toBe(
      before,
    );
    expect(await timers(site)).toEqual([unitOf(site, 'a.timer'), unitOf(site, 'b.timer')]);
    expect(await site.scheduled([])).toEqual([
      'ok scheduled job a: next run 2099-01-01T00:00:00Z; never run yet',
      expect.stringMatching(
        /^ok scheduled job b: next run 2099-01-01T00:00:00Z; last run \S+Z: ok, in \d s$/,
      ),
    ]);
  });

  it('of a first release that fails is gone, and its run keeps the folder until it has ended', async () => {
    const site = await newSite();
    const script =
      'echo "$RELEASE" >"$HOME/out"; while [ ! -e "$HOME/go" ]; do sleep 0.05; done; echo end >>"$HOME/out"';
    const schedules = [job('long', script)];
    const ended = await site.deploy({
      schedules,
      steps: (steps) =>
        steps.map((step) =>
          step.name === 'check at the end'
            ? {
                ...step,
                run: sh`while [ ! -s ${`${site.layout.userHome}/out`} ]; do sleep 0.05; done; exit 1`,
              }
            : step.name === 'built'
              ? { ...step, run: sh`:` }
              : step,
        ),
    });
    expect(ended).toMatchObject({ status: 'failed', step: 'check at the end' });
    expect(await units(site)).toEqual([]);
    const [id = ''] = await site.releases();
    expect(await out(site, 'out')).toBe(`${id}\n`);
    expect(await site.scheduled([])).toEqual([
      expect.stringMatching(
        `^ok scheduled job long: running since \\S+Z in the release ${id}; the live release has no such scheduled job$`,
      ),
    ]);
    await site.run(
      sh`runuser -u ${site.application.user} -- touch ${`${site.layout.userHome}/go`}`,
    );
    await expect.poll(() => out(site, 'out'), POLL).toBe(`${id}\nend\n`);
    await deploy(site, {});
    expect(await site.releases()).toEqual([await site.current()]);
    expect(await site.scheduled([])).toEqual([]);
  });

  it('does not begin while the maintenance page is on', async () => {
    const site = await newSite();
    const schedules = [job('digest', 'echo ran >>"$HOME/out"', { at: NEVER })];
    await deploy(site, { schedules });
    const flag = `${site.layout.home}/maintenance`;
    await site.run(sh`: >${flag}; systemctl start ${`${unitOf(site, 'digest')}.service`}`);
    expect(await out(site, 'out')).toBe('');
    await site.run(sh`rm ${flag}; systemctl start ${`${unitOf(site, 'digest')}.service`}`);
    expect(await out(site, 'out')).toBe('ran\n');
  });

  it('is refused when the host has another unit of its name, with the path of that unit', async () => {
    const site = await newSite();
    const schedules = [job('digest', ':')];
    const unit = `${unitOf(site, 'digest')}.service`;
    for (const path of [`/etc/systemd/system/${unit}`, `/lib/systemd/system/${unit}`]) {
      await site.run(
        sh`printf '[Service]\nExecStart=/bin/true\n' >${path}; systemctl daemon-reload`,
      );
      const ended = await site.deploy({ schedules });
      expect(ended).toMatchObject({ status: 'failed', step: 'check scheduled jobs' });
      expect(ended).toHaveProperty(
        'output',
        expect.stringMatching(
          `^Cannot schedule digest: the host has another unit of the name ${unit}, (?:/usr)?${path}\n  → rename the scheduled job`,
        ),
      );
      expect(await site.run(sh`cat ${path}`)).toBe('[Service]\nExecStart=/bin/true\n');
      await site.run(sh`rm ${path}; systemctl daemon-reload`);
    }
    await deploy(site, { schedules });
    // Somebody has replaced ours: it is not removed either.
    const path = `/etc/systemd/system/${unit}`;
    await site.run(sh`printf '[Service]\nExecStart=/bin/true\n' >${path}`);
    await expect(site.provision({ schedules })).rejects.toThrow(
      `Cannot restore the scheduled jobs of ${site.application.name}: ${path} is another unit`,
    );
    commit(site);
    await deploy(site, {});
    expect(await units(site)).toEqual([unit]);
    await site.run(sh`rm ${path}`);
  });

  it('with a time that systemd does not accept is refused before anything is made', async () => {
    const site = await newSite();
    const ended = await site.deploy({
      schedules: [job('digest', ':', { at: ['daily', 'half past'] })],
    });
    expect(ended).toMatchObject({ status: 'failed', step: 'check scheduled jobs' });
    expect(ended).toHaveProperty('output', expect.stringContaining('half past'));
    expect(ended).toHaveProperty(
      'output',
      expect.stringContaining(
        'Cannot schedule digest at "half past": systemd does not accept it, see above\n  →',
      ),
    );
    expect(await site.releases()).toEqual([]);
  });

  it('that somebody has edited, stopped or disabled is drift, which provision repairs', async () => {
    const site = await newSite();
    const schedules = [
      job('a', ':', { at: NEVER }),
      job('b', ':', { at: NEVER }),
      job('c', ':', { at: NEVER }),
    ];
    await deploy(site, { schedules });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => unitOf(site, name)) as [string, string, string];
    await site.run(sh`
      sed -i 's/2099/2098/' ${`/etc/systemd/system/${a}.timer`}
      systemctl daemon-reload
      systemctl --quiet disable --now ${`${b}.timer`}
      rm ${`/etc/systemd/system/${c}.service`}
      head -n 1 ${`/etc/systemd/system/${a}.timer`} >${`/etc/systemd/system/${c}-old.timer`}`);
    expect(await site.scheduled(schedules)).toEqual([
      'fail scheduled job a: its unit: differs from the unit of the live release; next run 2098-01-01T00:00:00Z; never run yet → npx nx run test:provision',
      expect.stringMatching(
        /^fail scheduled job b: its unit: disabled: it would not start at boot; .*→ npx nx run test:provision$/,
      ),
      expect.stringMatching(
        /^fail scheduled job c: its unit: missing; .* → npx nx run test:provision$/,
      ),
      'warn scheduled job c-old: left over: the live release has no such scheduled job → npx nx run test:provision',
    ]);
    await site.provision({ schedules });
    expect(await site.scheduled(schedules)).toEqual(
      ['a', 'b', 'c'].map(
        (name) => `ok scheduled job ${name}: next run 2099-01-01T00:00:00Z; never run yet`,
      ),
    );
    expect(await units(site)).not.toContain(`${c}-old.timer`);
    expect(await site.deploy({ schedules })).toEqual({ status: 'unchanged' });
  });

  it('status reports a run that a power cut ended; its timer continues, and a missed run begins later when asked', async () => {
    const site = await newSite();
    // At the end of the year, so that no run of its own falls into this test.
    const yearly = { at: ['*-12-31 23:59:59'] };
    const schedules = [
      job('long', 'sleep 1000', { at: NEVER }),
      job('late', 'echo ran >>"$HOME/late"', { ...yearly, catchUp: true }),
      job('lost', 'echo ran >>"$HOME/lost"', yearly),
    ];
    await deploy(site, { schedules });
    await begin(site, 'long');
    await expect
      .poll(() => site.scheduled(schedules), POLL)
      .toContainEqual(expect.stringMatching(/^ok scheduled job long: running since /));
    // As if the host had been off for two years.
    await site.run(
      sh`touch -d '2 years ago' /var/lib/systemd/timers/stamp-${literal(unitOf(site, 'late'))}.timer; sync`,
    );
    await connection.close();
    await powerOff(test.host);
    await powerOn(test.host);
    connection = await test.connect();
    const again = site.on(connection);
    await expect.poll(() => out(again, 'late'), POLL).toBe('ran\n');
    expect(await again.scheduled(schedules)).toEqual([
      expect.stringMatching(
        /^fail scheduled job long: the run of \S+Z was cut off, such as by a reboot; next run 2099-01-01T00:00:00Z; never run yet →/,
      ),
      expect.stringMatching(/^ok scheduled job late: next run \S+Z; last run \S+Z: ok/),
      expect.stringMatching(/^ok scheduled job lost: next run \S+-12-31T23:59:59Z; never run yet$/),
    ]);
  });
});
