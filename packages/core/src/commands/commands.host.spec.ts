import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeploymentRecord } from '../application/deployment-record.js';
import type { Deployer } from '../plugin/deployer.js';
import type { ReleaseStep } from '../application/release-step.js';
import { definePlugin, type Plugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import type { Resource } from '../resource/resource.js';
import { file } from '../resources/file.js';
import { type Script, sh, type Transport } from '@fairness-deploy/shell';
import { deploy } from './deploy.js';
import { history } from './history.js';
import { plan } from './plan.js';
import { provision } from './provision.js';
import { rollback } from './rollback.js';
import type { Command, CommandOptions, ExitCode, Run } from './run.js';
import { RunningJobs } from './running-jobs.js';
import { status } from './status.js';

/** Two real hosts, and plugins of the tests' own. */
const names = ['one', 'two'] as const;
let hosts: readonly TestHost[] = [];

beforeAll(async () => {
  hosts = await Promise.all(names.map((name) => startTestHost(`commands-${name}`)));
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
});

/** Reaches the hosts by the names that the environment gives them. */
const transport: Transport = {
  connect: ({ name }) => {
    const host = hosts[names.findIndex((one) => one === name)];
    if (!host) throw new Error(`Cannot connect to ${name}: nobody is there`);
    return host.connect({ name });
  },
};

interface Outcome {
  readonly code: ExitCode;
  readonly events: readonly ReportEvent[];
}

async function run(
  command: Command,
  plugins: readonly Plugin[],
  options: CommandOptions = { yes: true },
  hostNames: readonly string[] = names,
): Promise<Outcome> {
  const events: ReportEvent[] = [];
  const environment: Run['environment'] = {
    name: 'test',
    workspace: process.cwd(),
    folder: process.cwd(),
    hosts: hostNames.map((name) => ({ name, address: name, sudo: true })),
    sections: {},
  };
  const code = await command({
    environment,
    plugins,
    options,
    reporter: { report: (event) => void events.push(event) },
    mask: (value) => value,
    jobs: new RunningJobs(),
    transport,
  });
  return { code, events };
}

const of = <T extends ReportEvent['type']>(
  { events }: Outcome,
  type: T,
): readonly Extract<ReportEvent, { type: T }>[] =>
  events.filter((event): event is Extract<ReportEvent, { type: T }> => event.type === type);

/** Sorted: which host is the first to end is chance. */
const ends = (outcome: Outcome) =>
  of(outcome, 'host-ended')
    .map(({ host, outcome: how, traffic }) => [host, how, traffic?.roundTrips] as const)
    .sort(([one], [other]) => one.localeCompare(other));

/** A plugin that wants these resources; they may differ by host. */
const wanting = (resources: (host: string) => readonly Resource[]): Plugin =>
  definePlugin({
    section: 'test',
    schema: z.unknown(),
    resources: ({ host }) => resources(host.name),
  });

const motd = (content: string) => wanting(() => [file({ path: '/etc/motd', content })]);

const unreadable: Resource = {
  ...file({ path: '/etc/unreadable', content: '' }),
  read: sh`echo 'the disk is on fire' >&2; exit 5`,
};

describe('plan', () => {
  it('tells by its status that there are changes only when it is asked to', async () => {
    expect((await run(plan, [motd('planned')])).code).toBe(0);
    expect((await run(plan, [motd('planned')], { detailedExitCode: true })).code).toBe(2);
  });

  it('shows what each host lacks, in one round trip', async () => {
    const outcome = await run(plan, [motd('planned')]);
    expect(new Map(of(outcome, 'plan').map(({ host, changes }) => [host, changes.length]))).toEqual(
      new Map([
        ['one', 1],
        ['two', 1],
      ]),
    );
    expect(ends(outcome)).toEqual([
      ['one', 'pending', 1],
      ['two', 'pending', 1],
    ]);
  });

  it('names what it cannot read, and why', async () => {
    const outcome = await run(plan, [wanting(() => [unreadable])], {}, ['one']);
    expect(outcome.code).toBe(1);
    expect(
      of(outcome, 'failure').map(({ message, details }) => `${message}: ${details ?? ''}`),
    ).toEqual([
      'Cannot plan file:/etc/unreadable: its read script ended with status 5: the disk is on fire',
      'Cannot plan one: see above: ',
    ]);
  });
});

describe('provision', () => {
  it('applies to all hosts side by side, then finds nothing to do', async () => {
    expect(ends(await run(provision, [motd('first')]))).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    expect(ends(await run(provision, [motd('first')]))).toEqual([
      ['one', 'unchanged', 1],
      ['two', 'unchanged', 1],
    ]);
  });

  it('changes nothing without an answer when there is no terminal', async () => {
    await expect(run(provision, [motd('unapproved')], {})).rejects.toThrow(
      'Cannot provision test: 2 changes wait for approval, and there is no terminal to ask on',
    );
    expect((await run(plan, [motd('first')], { detailedExitCode: true })).code).toBe(0);
  });

  it('changes no host when one cannot be reached', async () => {
    const outcome = await run(provision, [motd('partly')], { yes: true }, ['one', 'gone']);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([{ host: 'gone' }]);
    expect((await run(plan, [motd('first')], { detailedExitCode: true })).code).toBe(0);
  });

  it('goes on with the other host when one fails, and names what was not run', async () => {
    const failing = wanting((host) => {
      const bad = file({
        path: '/etc/bad',
        content: 'x',
        validate: () => (host === 'one' ? sh`echo 'not on this host' >&2; false` : sh`true`),
      });
      return [bad, file({ path: '/etc/after-bad', content: 'x' }, { after: [bad] })];
    });
    const outcome = await run(provision, [failing]);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([
      {
        host: 'one',
        message: 'Cannot apply file:/etc/bad: its script failed',
        details: 'not on this host\n',
      },
    ]);
    expect(of(outcome, 'step-ended').filter(({ status: how }) => how === 'not-run')).toMatchObject([
      { host: 'one', name: 'file:/etc/after-bad' },
    ]);
    expect(new Map(of(outcome, 'host-ended').map(({ host, summary }) => [host, summary]))).toEqual(
      new Map([
        ['one', '0 changed, 1 failed, 1 not run, 0 unchanged'],
        ['two', '2 changed, 0 unchanged'],
      ]),
    );
  });
});

describe('deploy, rollback and history', () => {
  const RUNNING = '/run/test-release';

  const record = (release: string, more: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
    release,
    action: 'deploy',
    outcome: 'good',
    commit: release.padEnd(40, '0'),
    subject: `Test ${release}`,
    author: 'Ana',
    who: 'ben',
    from: 'laptop',
    started: '2026-11-23T10:15:00Z',
    finished: '2026-11-23T10:15:09Z',
    phases: { fetch: 1, activate: 0.1 },
    ...more,
  });
  const records = [
    record('r0'),
    record('bad', { outcome: 'failed', failed: 'check' }),
    record('r1'),
  ];

  /** Where a host goes back to instead of r0, unless told. */
  const laterThere = new Map<string, string>();

  /** Its state is a file that names the release. */
  const deployer = (id: string, steps: readonly ReleaseStep[]): Deployer => ({
    source: () =>
      Promise.resolve({ commit: id.padEnd(40, '0'), subject: 'Test', author: 'Ana', warnings: [] }),
    read: () => sh`cat ${RUNNING} 2>/dev/null || :`,
    running: (output) => (output === '' ? undefined : output.trim()),
    history: () => records,
    candidates: () => records.filter(({ outcome }) => outcome === 'good').reverse(),
    interrupted: () => false,
    batch: () => 1,
    rollback: ({ host }, _output, asked) => {
      const to = asked ?? laterThere.get(host.name) ?? 'r0';
      const found = records.find(({ release }) => release === to);
      if (!found) throw new Error(`Cannot roll back to ${to}: there is no such release`);
      const { release, commit } = found;
      return {
        to: found,
        warnings: ['a migration stands between'],
        plan: {
          release: { id: release, commit, path: `/srv/${release}`, environmentFile: '/srv/env' },
          steps: steps.length === 0 ? [activate(release)] : steps,
        },
      };
    },
    plan: (_context, { commit }, output, { force }) =>
      Promise.resolve(
        output.trim() === id && !force
          ? undefined
          : {
              release: { id, commit, path: `/srv/${id}`, environmentFile: `/srv/${id}.env` },
              steps,
            },
      ),
  });

  const deploying = (
    id: string,
    steps: readonly ReleaseStep[],
    resources: readonly Resource[] = [],
  ): Plugin =>
    definePlugin({
      section: 'test',
      schema: z.unknown(),
      resources: () => resources,
      deployer: deployer(id, steps),
    });

  const activate = (id: string): ReleaseStep => ({
    phase: 'activate',
    name: 'activate',
    run: sh`
      cp ${RUNNING} ${`${RUNNING}.before`} 2>/dev/null || :
      echo ${id} >${RUNNING}`,
    undo: sh`mv ${`${RUNNING}.before`} ${RUNNING}`,
  });
  const failing: ReleaseStep = {
    phase: 'confirm',
    name: 'confirm',
    run: sh`echo 'it answers 500'; false`,
  };
  const one = ['one'];

  it('brings a release in two round trips, and does nothing when it runs', async () => {
    expect(ends(await run(deploy, [deploying('r1', [activate('r1')])]))).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    expect(ends(await run(deploy, [deploying('r1', [activate('r1')])]))).toEqual([
      ['one', 'unchanged', 1],
      ['two', 'unchanged', 1],
    ]);
  });

  it('does not call a release well that is deployed and does not run', async () => {
    const sick = definePlugin({
      section: 'sick',
      schema: z.unknown(),
      status: () => sh`echo 'api: STOPPED'; false`,
    });
    const outcome = await run(deploy, [deploying('r1', [activate('r1')]), sick], {}, one);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([
      { message: 'r100000000 is deployed, but sick is not well', details: 'api: STOPPED\n' },
    ]);
  });

  it('asks whether all is well only where the commit may run already', async () => {
    const asked = '/run/test-asked';
    const asking = definePlugin({
      section: 'asking',
      schema: z.unknown(),
      status: () => sh`echo asked >>${asked}`,
    });
    const plugin = deploying('r7', [activate('r7')]);
    const bringing: Deployer = {
      ...deployer('r7', [activate('r7')]),
      mayRun: () => sh`exec grep -qx r7 ${RUNNING}`,
    };
    // Anew, as it runs by then.
    for (const force of [false, true]) {
      await run(deploy, [{ ...plugin, deployer: bringing }, asking], { force }, one);
    }
    const connection = await transport.connect({
      name: 'one',
      address: 'one',
      sudo: true,
      knownHostsFile: '',
    });
    const count = async (): Promise<string> =>
      (await connection.run(sh`grep -c asked ${asked} 2>/dev/null`)).stdout.toString();
    expect(await count()).toBe('');
    const again = await run(deploy, [{ ...plugin, deployer: bringing }, asking], {}, one);
    expect(ends(again)).toEqual([['one', 'unchanged', 1]]);
    expect(await count()).toBe('1\n');
    await connection.close();
    await run(deploy, [deploying('r1', [activate('r1')])], { force: true }, one);
  });

  it('undoes its steps when one fails, and says what runs now', async () => {
    const outcome = await run(deploy, [deploying('r2', [failing, activate('r2')])], {}, one);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'undo')).toMatchObject([{ name: 'activate' }]);
    expect(of(outcome, 'failure')).toMatchObject([{ details: 'it answers 500' }]);
    expect(of(outcome, 'host-ended')).toMatchObject([
      {
        outcome: 'failed',
        summary: 'r200000000 is not live; its steps were undone, release r1 runs as before',
      },
    ]);
  });

  it('does not say that all was undone when an undo fails', async () => {
    const stuck: ReleaseStep = { ...activate('r3'), undo: sh`echo 'cannot move it' >&2; false` };
    const outcome = await run(deploy, [deploying('r3', [stuck, failing])], {}, one);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([
      { message: 'Cannot undo "activate"; undo it by hand', details: 'cannot move it' },
      { message: 'Cannot deploy r300000000: the step "confirm" failed' },
    ]);
    expect(of(outcome, 'host-ended')[0]?.summary).toContain('not all steps could be undone');
    await run(deploy, [deploying('r1', [activate('r1')])], { force: true }, one);
  });

  it('does not believe steps that end well when another release runs', async () => {
    const liar: ReleaseStep = { phase: 'activate', name: 'activate', run: sh`true` };
    const outcome = await run(deploy, [deploying('r4', [liar])], {}, one);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'host-ended')[0]?.summary).toContain('r1 is live instead of r4');
  });

  it('has the last word of a deployment said, and does not hide that it could not be', async () => {
    const concluding = (script: Script): Plugin => {
      const plugin = deploying('r6', [activate('r6')]);
      const bringing = deployer('r6', [activate('r6')]);
      return {
        ...plugin,
        deployer: {
          ...bringing,
          plan: async (...about) => {
            const planned = await bringing.plan(...about);
            return planned && { ...planned, conclude: () => script };
          },
        },
      };
    };
    const mute = await run(deploy, [concluding(sh`echo 'the disk is full' >&2; false`)], {}, one);
    expect(mute.code).toBe(1);
    expect(of(mute, 'host-ended')[0]?.summary).toBe(
      'r600000000 is live, but the history could not be written: the disk is full; deploy again',
    );
    const telling = concluding(sh`echo "$FD_FAILED" >/run/test-concluded`);
    expect((await run(deploy, [telling], { force: true }, one)).code).toBe(0);
    await run(deploy, [deploying('r1', [activate('r1')])], { force: true }, one);
  });

  it('goes back to the release before in two round trips, and tells which there are', async () => {
    const outcome = await run(rollback, [deploying('r1', [])], {}, one);
    expect(outcome.code).toBe(0);
    expect(ends(outcome)).toEqual([['one', 'changed', 2]]);
    expect(of(outcome, 'notice').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^good releases:\n {2}r1 {2}r100000000 "Test r1" by Ana, deployed by ben on .*\n→ r0 {2}r000000000 /,
      ),
      'Warning: a migration stands between',
    ]);
    expect(of(outcome, 'host-ended')[0]?.summary).toBe('r000000000 is live as release r0');
    const back = await run(rollback, [deploying('r1', [])], { to: 'r1' }, one);
    expect(of(back, 'host-ended')[0]?.summary).toBe('r100000000 is live as release r1');
  });

  it('stays where it is when there is nothing to go back to, or when that fails', async () => {
    const none = await run(rollback, [deploying('r1', [])], { to: 'r9' }, one);
    expect(none.code).toBe(1);
    expect(of(none, 'failure')[0]?.message).toContain('there is no such release');
    const failed = await run(rollback, [deploying('r1', [failing, activate('r0')])], {}, one);
    expect(failed.code).toBe(1);
    expect(of(failed, 'failure')).toMatchObject([
      { message: 'Cannot roll back to r0: the step "confirm" failed', details: 'it answers 500' },
    ]);
    expect(of(failed, 'host-ended')[0]?.summary).toContain('release r1 runs as before');
  });

  it('takes hosts back to one commit only, and else asks which', async () => {
    const plugins = [deploying('r1', [])];
    await run(deploy, [deploying('r1', [activate('r1')])], { force: true });
    laterThere.set('two', 'r1');
    await expect(run(rollback, plugins)).rejects.toThrow(
      new Error(
        'Cannot roll back: the hosts would not go to the same commit:\n' +
          '  one: r0  r000000000 "Test r0" by Ana\n' +
          '  two: r1  r100000000 "Test r1" by Ana\n' +
          'Say which: --to <commit>, and --limit <host> where only some have to go there',
      ),
    );
    const told = await run(rollback, plugins, { to: 'r0' });
    expect(ends(told)).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    laterThere.clear();
    await run(deploy, [deploying('r1', [activate('r1')])], { force: true });
  });

  it('shows what was deployed, in one round trip', async () => {
    const outcome = await run(history, [deploying('r1', [])], {}, one);
    expect(outcome.code).toBe(0);
    expect(ends(outcome)).toEqual([['one', 'unchanged', 1]]);
    expect(of(outcome, 'history')).toEqual([
      { type: 'history', host: 'one', records, running: 'r1' },
    ]);
  });

  it('refuses a host that is not as described, unless it is allowed to differ', async () => {
    const drifted = [
      deploying('r5', [activate('r5')], [file({ path: '/etc/motd', content: 'other' })]),
    ];
    const refused = await run(deploy, drifted, {}, one);
    expect(refused.code).toBe(1);
    expect(of(refused, 'plan')).toMatchObject([{ changes: [{ address: 'file:/etc/motd' }] }]);
    expect(of(refused, 'failure')[0]?.message).toContain('--allow-drift');
    expect((await run(deploy, drifted, { allowDrift: true }, one)).code).toBe(0);
  });
});

describe('status', () => {
  it('fails when a plugin says that something is not well', async () => {
    const telling = (well: boolean): Plugin =>
      definePlugin({
        section: 'test',
        schema: z.unknown(),
        status: () => (well ? sh`echo fine` : sh`echo 'api: FATAL'; false`),
      });
    expect((await run(status, [telling(true)])).code).toBe(0);
    const bad = await run(status, [telling(false)]);
    expect(bad.code).toBe(1);
    expect(of(bad, 'notice')[0]?.text).toBe('test:\n  api: FATAL');
  });
});
