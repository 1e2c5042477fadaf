import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CommonOptions,
  type ExitCode,
  type ReportEvent,
  type Run,
} from '@fairness-deploy/core/commands';
import { definePlugin, type Plugin, type ScheduledJob, z } from '@fairness-deploy/core';
import { file, type Resource } from '@fairness-deploy/core/resources';
import { exampleRun } from '@fairness-deploy/core/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script, type Transport } from '@fairness-deploy/shell';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import type { PluginStep } from '../order/release-step.js';
import { extendRelease } from '../extension/release-extension.js';
import { plugin as releasing } from '../release-plugin.js';
import { releaseSchema } from '../section/section.js';
import { Site } from '../testing/site.js';
import { repositoryIn } from '../testing/repository-in.js';
import { deploy, type DeployOptions } from './deploy.js';
import { history } from './history.js';
import { restart, type RestartOptions } from './restart.js';
import { rollback, type RollbackOptions } from './rollback.js';

/** Two real hosts, and an application that both have. */
const names = ['one', 'two'] as const;
let hosts: readonly TestHost[] = [];
let connections: readonly Connection[] = [];
let sites: readonly Site[] = [];

const folder = mkdtempSync(join(tmpdir(), 'fd-release-'));

/** The first host and its site. */
const first = () => {
  const [connection] = connections;
  const [site] = sites;
  if (!connection || !site) throw new Error('no host');
  return { connection, site };
};

beforeAll(async () => {
  hosts = await Promise.all(names.map((name) => startTestHost(`releasing-${name}`)));
  connections = await Promise.all(hosts.map((host) => host.connect()));
  const node = { version: process.versions.node, mirror: gateway.nodeMirror };
  const repository = repositoryIn(folder);
  sites = connections.map(
    (connection) => new Site(connection, node, 'shop', 3000, '/srv/shop', 'shop', repository),
  );
  await Promise.all(sites.map((site) => site.provision()));
});
// The plugins of a test are none of the next one's, which finds a host that was provisioned before.
afterEach(async () => {
  await Promise.all(sites.map((site) => site.run(sh`rm -rf /var/lib/fairness-deploy/owned`)));
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await Promise.all(hosts.map((host) => host.stop()));
  rmSync(folder, { recursive: true });
});

/** Reaches the hosts by the names that the environment gives them. */
const transport: Transport = {
  connect: ({ name }) => {
    const host = hosts[names.findIndex((one) => one === name)];
    if (!host) throw new Error(`Cannot connect to ${name}: nobody is there`);
    return host.connect({ name });
  },
};

/** Runs the processes. */
const processes = definePlugin({
  section: 'processes',
  schema: z.unknown(),
  extensions: [
    extendRelease({
      steps: ({ host }, release) =>
        sites[names.findIndex((name) => name === host.name)]?.processSteps(release) ?? [],
    }),
  ],
});

/** A plugin that adds steps. */
const adding = (...steps: readonly PluginStep[]): Plugin =>
  definePlugin({
    section: 'adding',
    schema: z.unknown(),
    extensions: [extendRelease({ steps: () => steps })],
  });

/** A plugin that wants resources, and isn't well when its script prints something. */
const wanting = (resources: readonly Resource[], read: Script = sh`:`): Plugin =>
  definePlugin({
    section: 'wanting',
    schema: z.unknown(),
    resources: () => resources,
    checks: () => [
      {
        ...{ name: 'api', layer: 'process', read },
        judge: (output) => [
          { name: 'api', level: output === '' ? 'ok' : 'fail', text: output.trim(), data: {} },
        ],
      },
    ],
  });

interface Outcome {
  readonly code: ExitCode;
  readonly events: readonly ReportEvent[];
}

async function run<Options extends CommonOptions>(
  command: (run: Run<Options>) => Promise<ExitCode>,
  options: Options,
  plugins: readonly Plugin[] = [],
  hostNames: readonly string[] = names,
  schedules: readonly ScheduledJob[] = [],
): Promise<Outcome> {
  const { site } = first();
  const events: ReportEvent[] = [];
  const environment = {
    ...{ name: 'test', workspace: site.repository.folder, folder: site.repository.folder },
    hosts: hostNames.map((name) => ({ name, address: name, sudo: true })),
    application: { ...site.application, schedules },
    sections: { release: releaseSchema.parse({ install: false, build: false }) },
  };
  const reporter = { report: (event: ReportEvent) => void events.push(event) };
  const code = await command(
    exampleRun({
      ...{ environment, options, reporter, transport },
      plugins: [releasing, processes, ...plugins],
    }),
  );
  return { code, events };
}

const one = ['one'];
const deployTo = (hostNames: readonly string[], plugins: readonly Plugin[] = []) =>
  run<DeployOptions>(deploy, {}, plugins, hostNames);

/** The first ten digits of the commits, by their subjects. */
const commits = new Map<string, string>();

/** Makes a commit. @returns its first ten digits */
function commit(subject: string): string {
  const short = first().site.repository.commit(subject).slice(0, 10);
  commits.set(subject, short);
  return short;
}

const of = <T extends ReportEvent['type']>(
  { events }: Outcome,
  type: T,
): readonly Extract<ReportEvent, { type: T }>[] =>
  events.filter((event): event is Extract<ReportEvent, { type: T }> => event.type === type);

const summaries = (outcome: Outcome) => of(outcome, 'host-ended').map(({ summary }) => summary);

/** Sorted: which host is the first to end is chance. */
const ends = (outcome: Outcome) =>
  of(outcome, 'host-ended')
    .map(({ host, outcome: how, traffic }) => [host, how, traffic?.roundTrips] as const)
    .sort(([host], [other]) => host.localeCompare(other));

const FAILING: PluginStep = {
  ...{ phase: 'confirm', name: 'doubt' },
  run: sh`echo 'it answers 500'; false`,
};

describe('deploy', () => {
  it('deploys a release in two round trips, and does nothing when it runs', async () => {
    commit('one');
    expect(ends(await deployTo(names))).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    expect(ends(await deployTo(names))).toEqual([
      ['one', 'unchanged', 1],
      ['two', 'unchanged', 1],
    ]);
  });

  it('does not call a release well that is deployed and does not run', async () => {
    const outcome = await deployTo(one, [wanting([], sh`echo STOPPED`)]);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([
      {
        message: expect.stringMatching(/^[0-9a-f]{10} is live, but wanting api fails$/) as string,
        details: 'STOPPED',
      },
    ]);
  });

  it('makes checks only when the commit may be live already', async () => {
    const { site } = first();
    const asked = '/run/test-asked';
    const asking = [wanting([], sh`echo asked >>${asked}`)];
    const count = () => site.run(sh`grep -c asked ${asked} 2>/dev/null || :`);
    commit('two');
    await deployTo(one, asking);
    await run<DeployOptions>(deploy, { force: true }, asking, one);
    expect(await count()).toBe('');
    expect(ends(await deployTo(one, asking))).toEqual([['one', 'unchanged', 1]]);
    expect(await count()).toBe('1\n');
  });

  it('undoes its steps when one fails, and says what runs now', async () => {
    const live = await first().site.current();
    const short = commit('bad');
    const outcome = await deployTo(one, [adding(FAILING)]);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'undo').map(({ name }) => name)).toContain('switch');
    expect(of(outcome, 'failure')).toMatchObject([
      {
        message: `Cannot deploy ${short}: the step "doubt" failed`,
        details: 'it answers 500',
        hint: expect.stringMatching(
          /^all output: npx nx run test:logs --release \S+-\w{7}, which is \/var\/lib\/fairness-deploy\/jobs\/\w+-\w+\/log on one$/,
        ) as string,
      },
    ]);
    expect(summaries(outcome)).toEqual([
      `${short} is not live; its steps were undone, release ${live} runs as before`,
    ]);
  });

  it('does not say that all was undone when an undo fails', async () => {
    const stuck: PluginStep = {
      ...{ phase: 'check', name: 'stuck', run: sh`:` },
      undo: sh`echo 'cannot move it' >&2; false`,
    };
    const outcome = await deployTo(one, [adding(stuck, FAILING)]);
    expect(of(outcome, 'failure')).toMatchObject([
      { message: 'Cannot undo "stuck"', details: 'cannot move it', hint: 'undo it by hand' },
      { details: 'it answers 500' },
    ]);
    expect(summaries(outcome)[0]).toContain('is not live, and not all steps could be undone');
  });

  it('does not believe steps that end well when the release is not live', async () => {
    const { layout } = first().site;
    const liar: PluginStep = {
      ...{ phase: 'clean', name: 'lie', place: 'last' },
      run: sh`rm -f ${layout.variables}/*`,
    };
    const short = commit('three');
    const outcome = await deployTo(one, [adding(liar)]);
    expect(outcome.code).toBe(1);
    expect(summaries(outcome)[0]).toMatch(
      `every step of ${short} succeeded, but no release is live instead of 20`,
    );
    expect((await deployTo(names)).code).toBe(0);
  });

  it('does not hide that the history could not be written', async () => {
    const { layout } = first().site;
    const breaking: PluginStep = {
      ...{ phase: 'clean', name: 'break', place: 'last' },
      run: sh`
        mv ${layout.history} /run/history
        mkdir ${layout.history}`,
    };
    const short = commit('four');
    const outcome = await deployTo(one, [adding(breaking)]);
    expect(outcome.code).toBe(1);
    expect(summaries(outcome)[0]).toMatch(
      new RegExp(`^${short} is live, but the history could not be written: `),
    );
    expect(of(outcome, 'host-ended')[0]?.hint).toMatch(/deploy again$/);
    await first().site.run(sh`
      rmdir ${layout.history}
      mv /run/history ${layout.history}`);
    expect((await deployTo(names)).code).toBe(0);
  });

  it('refuses a host that is not as described, unless it is allowed to differ', async () => {
    commit('five');
    const drifted = [wanting([file({ path: '/etc/motd', content: 'other' })])];
    const refused = await deployTo(one, drifted);
    expect(refused.code).toBe(1);
    expect(of(refused, 'plan')).toMatchObject([{ changes: [{ address: 'file:/etc/motd' }] }]);
    expect(of(refused, 'failure')[0]?.hint).toContain('--allow-drift');
    const allowed = await run<DeployOptions>(deploy, { allowDrift: true }, drifted, names);
    expect(allowed.code).toBe(0);
  });
});

describe('rollback', () => {
  const rollBack = (options: RollbackOptions = {}, plugins: readonly Plugin[] = [], of = one) =>
    run<RollbackOptions>(rollback, options, plugins, of);

  it('goes back to the release before in two round trips, and tells which there are', async () => {
    const { site } = first();
    const live = await site.current();
    const outcome = await rollBack();
    expect(outcome.code).toBe(0);
    expect(ends(outcome)).toEqual([['one', 'changed', 2]]);
    const now = await site.current();
    expect(of(outcome, 'notice')[0]?.text).toMatch(
      new RegExp(`^good releases:\n→ ${now} {2}[0-9a-f]{10} "four" by .*, deployed by .* on `),
    );
    expect(summaries(outcome)).toEqual([`${commits.get('four') ?? ''} is live as release ${now}`]);
    const back = await rollBack({ to: live });
    expect(summaries(back)[0]).toContain(` is live as release ${live}`);
  });

  it('stays where it is when there is nothing to go back to, or when that fails', async () => {
    const { site } = first();
    const live = await site.current();
    const none = await rollBack({ to: 'beef' });
    expect(none.code).toBe(1);
    expect(of(none, 'failure')[0]?.message).toContain('there is no good release "beef"');
    const failed = await rollBack({}, [adding(FAILING)]);
    expect(failed.code).toBe(1);
    expect(of(failed, 'failure')).toMatchObject([{ details: 'it answers 500' }]);
    expect(summaries(failed)[0]).toContain(`release ${live} runs as before`);
  });

  it('takes hosts back to one commit only, and else asks which', async () => {
    commit('six');
    await deployTo(one);
    await expect(rollBack({}, [], [...names])).rejects.toThrow(
      saying(
        /^Cannot roll back: the hosts would not go to the same commit:\n {2}one: \S+ {2}\S+ "five" by .*\n {2}two: \S+ {2}\S+ "four" by .*\n {2}→ Say which: --to <commit>, and --limit <host> where only some have to go there$/,
      ),
    );
    const told = await rollBack({ to: commits.get('four') ?? '' }, [], [...names]);
    expect(ends(told)).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
  });
});

describe('restart', () => {
  const restartOn = (plugins: readonly Plugin[] = []) =>
    run<RestartOptions>(restart, {}, plugins, [...names]);
  const colours = () => Promise.all(sites.map((site) => site.live()));
  const releases = () => Promise.all(sites.map((site) => site.current()));

  it('starts the same releases on all hosts in their other colours, in two round trips', async () => {
    const [before, live] = [await colours(), await releases()];
    expect(ends(await restartOn())).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    expect(await colours()).toEqual(before.map((colour) => (colour === 'blue' ? 'green' : 'blue')));
    expect(await releases()).toEqual(live);
    for (const site of sites) {
      expect((await site.history()).at(-1)).toMatchObject({ action: 'restart', outcome: 'good' });
    }
  });

  it('leaves all hosts as they are when it fails on one', async () => {
    const [before, live] = [await colours(), await releases()];
    const onTwo = definePlugin({
      section: 'adding',
      schema: z.unknown(),
      extensions: [extendRelease({ steps: ({ host }) => (host.name === 'two' ? [FAILING] : []) })],
    });
    const outcome = await restartOn([onTwo]);
    expect(outcome.code).toBe(1);
    const details = of(outcome, 'failure').map(
      (event) => `${event.host ?? ''}: ${event.details ?? ''}`,
    );
    expect(details.sort()).toEqual([
      'one: Stopped: the deployment to two failed',
      'two: it answers 500',
    ]);
    expect(await colours()).toEqual(before);
    expect(await releases()).toEqual(live);
  });
});

describe('history', () => {
  it('shows what was deployed, in one round trip', async () => {
    const outcome = await run<CommonOptions>(history, {}, [], one);
    expect(outcome.code).toBe(0);
    expect(ends(outcome)).toEqual([['one', 'unchanged', 1]]);
    const running = await first().site.current();
    const [event] = of(outcome, 'plugin');
    expect(event).toMatchObject({
      host: 'one',
      data: { type: 'history', host: 'one', running, records: { length: 17 } },
    });
    expect(event?.text).toContain('failed at "doubt"');
    // Short secrets could be guessed from a digest.
    expect(JSON.stringify(event)).not.toMatch(/[0-9a-f]{64}/);
  });
});

describe('a scheduled job', () => {
  const digest: ScheduledJob = {
    ...{ name: 'digest', command: ['true'], at: ['2099-01-01'], timeout: 60 },
    ...{ catchUp: false, nice: 0 },
  };
  const schedule = (hostNames: readonly string[], schedules: readonly ScheduledJob[]) =>
    run<DeployOptions>(deploy, {}, [], hostNames, schedules);
  /** The hosts that have its timer. */
  const timers = async (): Promise<readonly string[]> => {
    const found = await Promise.all(
      connections.map((one) => one.run(sh`systemctl is-active shop-digest.timer`)),
    );
    return names.filter((_, at) => found[at]?.stdout.toString() === 'active\n');
  };
  /** In their order. */
  const stepsOf = (outcome: Outcome) =>
    of(outcome, 'step-ended').map(({ host, name }) => `${host}: ${name}`);

  it('is on the first host, and moves when that is another one: it is never on both', async () => {
    commit('seven');
    const added = await schedule(names, [digest]);
    expect(added.code).toBe(0);
    expect(of(added, 'notice')).toContainEqual(
      expect.objectContaining({ host: 'one', text: 'scheduled jobs: digest is new' }),
    );
    expect(await timers()).toEqual(['one']);

    const moved = await schedule(['two', 'one'], [digest]);
    expect(moved.code).toBe(0);
    expect(of(moved, 'notice')).toContainEqual(
      expect.objectContaining({
        host: 'one',
        text: 'scheduled jobs: digest ends with the live release',
      }),
    );
    expect(await timers()).toEqual(['two']);
    const steps = stepsOf(moved).filter((step) => step.includes('schedule'));
    expect(steps.slice(0, 2)).toEqual([
      'two: check scheduled jobs',
      'one: withdraw scheduled jobs',
    ]);

    const failed = await run<DeployOptions>(
      deploy,
      {},
      [adding({ ...FAILING, phase: 'handover' })],
      names,
      [digest],
    );
    expect(failed.code).toBe(1);
    expect(await timers()).toEqual(['two']);
    expect((await schedule(names, [])).code).toBe(0);
    expect(await timers()).toEqual([]);
  });
});

describe('deploy to a host of several environments', () => {
  it('refuses a port that another environment of the host has, and records its own', async () => {
    const { site } = first();
    const folder = '/var/lib/fairness-deploy/claims';
    commit('claiming');
    await site.run(sh`
      printf 'prod\nthe port 3100\tfor blog\n' >${`${folder}/blog`}
      rm ${`${folder}/shop`}`);
    const refused = await deployTo(one);
    expect(refused.code).toBe(1);
    expect(of(refused, 'failure')[0]?.details).toContain(
      'beside blog of the environment "prod": on this host, the port 3100 is for blog',
    );
    await site.run(sh`rm ${`${folder}/blog`}`);
    expect((await deployTo(one)).code).toBe(0);
    expect(await site.run(sh`cat ${`${folder}/shop`}`)).toContain('the port 3100\tfor shop\n');
    expect((await deployTo(names)).code).toBe(0);
  });
});
